import { type Reason, reasonFor } from '../model/failure.ts'

/** An agent that did not answer with its rounds, and why. */
export class PullError extends Error {
  readonly reason: Reason

  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PullError'
    this.reason = reason
  }
}

/** Why an agent's rounds could not be read. */
export function pullReason(error: unknown): Reason {
  return error instanceof PullError ? error.reason : reasonFor(error)
}
