/** A request that is not answered as asked: its status, and what the asker is to do. */
export class RefusedError extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.name = 'RefusedError'
    this.status = status
    this.headers = headers
  }
}

/** It would work a little later. */
export function busy(message: string): RefusedError {
  return new RefusedError(503, message, { 'retry-after': '5' })
}
