import { setTimeout as sleep } from 'node:timers/promises'

export interface Waiting {
  readonly what: string
  readonly timeoutMs: number
  readonly everyMs?: number
}

/** Asks until the answer is not undefined. Throws after `timeoutMs`, with what the last try said. */
export async function until<T>(waiting: Waiting, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + waiting.timeoutMs
  let trouble: unknown
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
      trouble = undefined
    } catch (error) {
      trouble = error
    }
    if (Date.now() > deadline) break
    await sleep(waiting.everyMs ?? 200)
  }
  const seconds = waiting.timeoutMs / 1000
  throw new Error(`${waiting.what} did not happen in ${seconds} s`, { cause: trouble })
}
