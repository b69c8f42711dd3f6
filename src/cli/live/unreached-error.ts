/** Nobody who could tell was reached; the message says why, and what to do about it. */
export class UnreachedError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UnreachedError'
  }
}
