import type { Belief } from './belief.ts'
import { failureClass } from './failure-class.ts'
import { kind, kinds } from './kinds.ts'
import { pairOkOf } from './pair-ok.ts'
import type { Cell } from './unexplained.ts'

const alpha = 1e-4
const pairsPerNode = 30
/** A canary that answers from an earlier generation is so many times as likely of old rules as of chance. */
const oldAnswer = 8

export interface Weight {
  /** How much likelier its failures and successes are when a share of all is lost, in nats; and with which share most. */
  readonly llr: number
  readonly severity: number
  /** More than any of so many cells reaches by chance. */
  readonly threshold: number
  readonly failed: number
  readonly kinds: readonly number[]
}

/** What one cell says when something is wrong with it alone. */
export function weigh({ scene, rate }: Belief, cell: Pick<Cell, 'failures' | 'firstRound'>): Weight {
  const { failures, geometry } = scene
  const pair = failures.pair[cell.failures[0] ?? 0] ?? 0
  const failing = new Map<number, number>()
  for (const i of cell.failures)
    failing.set(failures.kind[i] ?? 0, (failing.get(failures.kind[i] ?? 0) ?? 0) + (failures.n[i] ?? 0))
  // What worked before it began does not speak against it; that it may have begun in any round has its price.
  const okSince = (known: number, failed: number) => {
    const ok = pairOkOf(scene, pair, known)
    const perRound = Math.min(kinds[known]?.perRound ?? 1, (ok + failed) / scene.rounds)
    return Math.max(0, ok - (cell.firstRound - scene.first) * perRound)
  }
  let [best, severity] = [Number.NEGATIVE_INFINITY, 0]
  for (const share of [0.98, 0.6, 0.3]) {
    let llr = 0
    for (const i of cell.failures) {
      const isOld = failures.kind[i] === kind.canary && failures.class[i] === failureClass.wrong
      const times = (isOld ? oldAnswer : 1) * share
      llr += (failures.n[i] ?? 0) * (Math.log(times) - Math.log(-Math.expm1(-(rate[i] ?? 1))))
    }
    for (const [known, n] of failing) llr += okSince(known, n) * Math.log1p(-share)
    if (llr <= best) continue
    best = llr
    severity = share
  }
  const failed = [...failing.values()].reduce((sum, n) => sum + n, 0)
  const threshold = Math.log((geometry.nodes * pairsPerNode * 3) / alpha) + 4 + Math.log(scene.rounds)
  return { llr: best, severity, threshold, failed, kinds: [...failing.keys()] }
}
