import { checks } from '../model/check.ts'
import type { Result } from '../model/result.ts'

const worst = 8
/** From this score on, an agent's failures are not to be used against others. */
export const starvedFrom = 2
const lateMs = 100
/** One slot is a pause. */
const manySlots = 2
const slowLoopbackMs = 100
const mostPlanes = 0.8

export interface Starvation {
  late(ms: number): void
  /** Slots in which nothing was sent. */
  missed(slots: number): void
  note(result: Result): void
  /** 0…8 as of the last round's end. */
  score(): number
  /**
   * Judges the round that ends: up by one a sign, down by one when there is none. What was not sent is missed by others
   * in this very round, so that counts at once.
   */
  roundEnds(): number
}

/**
 * Suspects ourselves first, after Lifeguard (DSN-W 2018): a starved prober sees everybody fail.
 * `throttledPeriods` reads the cgroup's running count, undefined where there is none.
 */
export function createStarvation(self: string, throttledPeriods: () => number | undefined): Starvation {
  let score = 0
  let late: number[] = []
  let missed = 0
  let loopbackBad = false
  let throttled = throttledPeriods()
  // If nearly all unrelated parts of a cluster fail at once, the one who asks is the suspect.
  let planes = new Map<string, { asked: number; failed: number }>()

  function signs(): number {
    const throttledNow = throttledPeriods()
    const wasThrottled = throttledNow !== undefined && throttled !== undefined && throttledNow > throttled
    throttled = throttledNow
    // One late slot is a pause; two in a round are a pattern.
    const isLate = late.filter((ms) => ms > lateMs).length >= 2
    return [isLate, wasThrottled && isLate, loopbackBad, mostPlanesFail([...planes.values()])].filter(Boolean).length
  }

  return {
    late: (ms) => void late.push(ms),
    missed(slots) {
      missed += slots
    },
    note({ target, outcome, durationMs }) {
      if (target.name === self && target.check === 'peer_http') {
        loopbackBad ||= outcome === 'failed' || durationMs > slowLoopbackMs
        return
      }
      const plane = planes.get(checks[target.check].plane) ?? { asked: 0, failed: 0 }
      plane.asked += 1
      plane.failed += outcome === 'failed' ? 1 : 0
      planes.set(checks[target.check].plane, plane)
    },
    score: () => score,
    roundEnds() {
      const found = signs() + (missed >= manySlots ? starvedFrom : 0)
      score = Math.min(worst, Math.max(0, found === 0 ? score - 1 : score + found))
      late = []
      missed = 0
      loopbackBad = false
      planes = new Map()
      return score
    },
  }
}

function mostPlanesFail(planes: readonly { readonly asked: number; readonly failed: number }[]): boolean {
  const failing = planes.filter(({ asked, failed }) => failed > asked / 2).length
  return planes.length >= 3 && failing > mostPlanes * planes.length
}
