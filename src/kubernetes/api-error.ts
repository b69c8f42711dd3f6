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
