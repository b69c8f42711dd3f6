import { type Round, roundsKept } from '../model/round.ts'

export interface RoundStore {
  add(round: Round): void
  /** The rounds that the bearer of this cursor has not seen, oldest first; all of them for another boot's cursor. */
  after(cursor: Cursor): readonly Round[]
  /** Resolves at the next `add`, or when `signal` aborts. */
  next(signal: AbortSignal): Promise<void>
}

/** Up to where somebody has read: a sequence number counts within one boot only. */
export interface Cursor {
  readonly bootId: string
  readonly seq: number
}

/** The last 24 rounds of this agent, and those who wait for the next one. */
export function createRoundStore(): RoundStore {
  const rounds: Round[] = []
  const waiting = new Set<() => void>()
  return {
    add(round) {
      rounds.push(round)
      if (rounds.length > roundsKept) rounds.shift()
      for (const wake of [...waiting]) wake()
    },
    after: ({ bootId, seq }) => rounds.filter((round) => round.bootId !== bootId || round.seq > seq),
    next: (signal) =>
      new Promise((resolve) => {
        const wake = () => {
          waiting.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        waiting.add(wake)
        signal.addEventListener('abort', wake, { once: true })
        if (signal.aborted) wake()
      }),
  }
}
