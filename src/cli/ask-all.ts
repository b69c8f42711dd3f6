import pLimit from 'p-limit'

import { runProbe } from '../agent/run-probe.ts'
import type { Clock } from '../model/clock.ts'
import type { Result } from '../model/result.ts'
import type { CheckPlan } from './check-plan.ts'

const atOnce = 16

export interface AskingAll {
  readonly clock: Clock
  readonly round: number
  readonly viewHash: string
  /** Hears how many have been asked. */
  readonly onProgress: (done: number) => void
}

/** Asks everybody once. Rejects only when `signal` aborts. */
export async function askAll(
  asks: CheckPlan['asks'],
  { clock, round, viewHash, onProgress }: AskingAll,
  signal: AbortSignal,
): Promise<readonly Result[]> {
  const limit = pLimit(atOnce)
  let done = 0
  const one = async ({ probe, target }: CheckPlan['asks'][number]) => {
    // Beyond the scheduled ones, so that the receivers do not count our datagrams as the agent's.
    const asking = { clock, round, viewHash, index: target.perRound, lifetime: signal }
    const result = await runProbe(probe, target, asking)
    onProgress(++done)
    return result
  }
  return Promise.all(asks.map((ask) => limit(one, ask)))
}
