import type { Clock } from '../model/clock.ts'

/** Who reads our rounds. */
export interface Readers {
  began(): void
  ended(): void
  /** How many are waiting for an answer. */
  count(): number
  /** When somebody last asked, or was waiting: monotonic milliseconds; undefined when nobody ever did. */
  lastMs(): number | undefined
}

export function createReaders({ monotonicMs }: Pick<Clock, 'monotonicMs'>): Readers {
  let count = 0
  let last: number | undefined
  return {
    began() {
      count += 1
    },
    ended() {
      count -= 1
      last = monotonicMs()
    },
    count: () => count,
    lastMs: () => (count > 0 ? monotonicMs() : last),
  }
}
