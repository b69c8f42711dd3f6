import type { Api } from '../kubernetes/api-client.ts'
import { ApiError, isPassing } from '../kubernetes/api-error.ts'
import { ask } from './ask.ts'
import type { Facts } from './facts.ts'
import type { Question } from './questions.ts'
import { troubleWith } from './troubles.ts'

const failuresAtMost = 2

export interface Polled {
  readonly facts: Facts
  /** Whether it is worth asking again before the next turn. */
  readonly passing: boolean
  /** What the server asked for; 0 when it did not. */
  readonly retryAfterMs: number
  /** By subject, what came of the questions that were asked: a sentence, or '' when it was answered. */
  readonly troubles: ReadonlyMap<string, string>
}

/** Asks every question once. What cannot be answered stays as it is known. */
export async function poll(
  api: Api,
  questions: readonly Question[],
  { known, wallMs }: { readonly known: Facts; readonly wallMs: () => number },
): Promise<Polled> {
  const troubles = new Map<string, string>()
  let facts = known
  let failures = 0
  let retryAfterMs = 0
  for (const question of questions) {
    const answer = await ask(api, question).catch(onlyApiError)
    troubles.set(question.subject, answer instanceof ApiError ? troubleWith(question, answer) : '')
    if (!(answer instanceof ApiError)) {
      facts = { ...facts, ...question.learn(answer, facts, wallMs()) }
      continue
    }
    retryAfterMs = Math.max(retryAfterMs, answer.retryAfterMs)
    if (isPassing(answer)) failures += 1
    // A server that is overloaded or away is not asked the rest as well.
    if (answer.status === 429 || failures === failuresAtMost) break
  }
  return { facts, passing: failures > 0, retryAfterMs, troubles }
}

function onlyApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  throw error
}
