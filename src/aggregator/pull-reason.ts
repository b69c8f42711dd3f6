import { type Reason, reasonFor } from '../model/failure.ts'

/** An agent that answered, but not with its rounds. */
export class BadAnswerError extends Error {
  readonly reason: Reason

  constructor(reason: Reason, message: string) {
    super(message)
    this.name = 'BadAnswerError'
    this.reason = reason
  }
}

/** Why an agent's rounds could not be read. */
export function pullReason(error: unknown): Reason {
  return error instanceof BadAnswerError ? error.reason : reasonFor(error)
}
