import pLimit from 'p-limit'

import { runProbe } from '../agent/run-probe.ts'
import type { Clock } from '../model/clock.ts'
import type { Result } from '../model/result.ts'
import type { Ask } from './check-plan.ts'

const atOnce = 16

export interface AskingAll {
  readonly clock: Clock
  readonly round: number
  /** Hears of every answer how many are still missing. */
  readonly onProgress: (missing: number) => void
}

/** Asks everybody once. Rejects only when `signal` aborts. */
export function askAll(
  asks: readonly Ask[],
  { clock, round, onProgress }: AskingAll,
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const limit = pLimit(atOnce)
  let missing = asks.length
  const one = async ({ probe, target, viewHash }: Ask) => {
    // Beyond the scheduled ones, so that the receivers do not count our datagrams as the agent's.
    const result = await runProbe(probe, target, { clock, round, viewHash, index: target.perRound, lifetime: signal })
    missing -= 1
    onProgress(missing)
    return result
  }
  return Promise.all(asks.map((ask) => limit(one, ask)))
}
