/** The API server did not give what was asked of it. `status` is 0 when it gave no whole answer at all. */
export class ApiError extends Error {
  readonly status: number
  /** What the server asked for; 0 when it did not. */
  readonly retryAfterMs: number

  constructor(status: number, message: string, options: ErrorOptions & { readonly retryAfterMs?: number } = {}) {
    super(message, options)
    this.name = 'ApiError'
    this.status = status
    this.retryAfterMs = options.retryAfterMs ?? 0
  }
}

/** Whether the same question may well be answered a little later. */
export function isPassing({ status }: ApiError): boolean {
  return status === 0 || status === 401 || status === 410 || status === 429 || status >= 500
}

/** What was asked for does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404
}

/** It exists already, or somebody else has changed it meanwhile. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409
}

/** A `test` of a JSON patch did not hold, or the object is not valid. */
export function isInvalid(error: unknown): boolean {
  return error instanceof ApiError && error.status === 422
}

/** For those who go on whatever the API server does: nothing when they are to stop. Throws what nobody expected. */
export function onlyApiError(error: unknown, signal: AbortSignal): ApiError | undefined {
  if (signal.aborted) return undefined
  if (error instanceof ApiError) return error
  throw error
}
