import pLimit from 'p-limit'

import { runProbe } from '../agent/run-probe.ts'
import type { Clock } from '../model/clock.ts'
import type { Asked } from '../report/check-report.ts'
import type { Ask } from './check-plan.ts'

const atOnce = 16
const againAfterMs = 1000

export interface AskingAll {
  readonly clock: Clock
  readonly round: number
  /** For so long who fails is asked again; 0 is once. */
  readonly patienceMs: number
  /** Hears of every answer how many are still missing. */
  readonly onProgress: (missing: number) => void
}

/** Asks everybody, and again who fails, every second while there is patience. Rejects only when `signal` aborts. */
export function askAll(
  asks: readonly Ask[],
  { clock, round, patienceMs, onProgress }: AskingAll,
  signal: AbortSignal,
): Promise<readonly Asked[]> {
  const limit = pLimit(atOnce)
  const latestMs = clock.monotonicMs() + patienceMs - againAfterMs
  let missing = asks.length
  const ask = ({ probe, target, viewHash }: Ask) =>
    // Beyond the scheduled ones, so that the receivers do not count our datagrams as the agent's.
    runProbe(probe, target, { clock, round, viewHash, index: target.perRound, lifetime: signal })
  const patiently = async (one: Ask) => {
    for (let failuresBefore = 0; ; failuresBefore++) {
      const result = await limit(ask, one)
      if (result.outcome === 'reached' || clock.monotonicMs() > latestMs) {
        missing -= 1
        onProgress(missing)
        return { ...result, failuresBefore }
      }
      await clock.sleep(againAfterMs, signal)
    }
  }
  return Promise.all(asks.map(patiently))
}
