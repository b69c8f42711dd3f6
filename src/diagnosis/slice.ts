import { zonesAtMost } from './atlas.ts'
import { kindCount } from './kinds.ts'
import { addAll, newTally, type Tally } from './tally.ts'

/** Successes, counted from every side that a suspect can look at them from. */
export interface Counts {
  /** By asking node and kind. */
  readonly from: Tally
  /** By asked node and kind; reports and readiness by their own node. */
  readonly to: Tally
  /** By shared target and kind. */
  readonly at: Tally
  /** By zone of the asker, zone of the asked, and kind. */
  readonly between: Tally
  /** By zone of the asker and kind, where a Service was asked. */
  readonly fromZone: Tally
  /** By kind. */
  readonly all: Tally
}

/** Numbers in `failures` that make up one of them. */
export const failureWidth = 6

/** What all agents saw in one round, made small: successes as counters, failures one by one. */
export interface Slice {
  readonly round: number
  readonly counts: Counts
  /** kind, asker, asked (a node, or a shared target), class, failed, and 1 where the pair is not probed every round. */
  readonly failures: number[]
  /** Those that a finding explains beyond doubt, by where they begin: they start no suspicion in longer windows. */
  readonly settled: Set<number>
  /** By where a failure begins: what the shared target answered in the same round, or the datagrams that the node sent. */
  readonly beside: Map<number, number>
  /** Whose round has arrived. */
  readonly arrived: Set<number>
  /** Who says that it starves; and who sees a sign of it, which does not count alone. */
  readonly starved: Set<number>
  readonly strained: Set<number>
  /** Whose round could not be read. */
  readonly unread: Set<number>
  /** What each agent knew of all pods. */
  readonly views: Map<number, string>
}

export function newSlice(round: number): Slice {
  const settled = new Set<number>()
  const nodes = () => new Set<number>()
  const sets = { arrived: nodes(), starved: nodes(), strained: nodes(), unread: nodes() }
  const [views, beside] = [new Map<number, string>(), new Map<number, number>()]
  return { round, counts: newCounts(), failures: [], settled, beside, views, ...sets }
}

function newCounts(): Counts {
  return {
    from: newTally(),
    to: newTally(),
    at: newTally(),
    between: newTally(),
    fromZone: newTally(),
    all: newTally(),
  }
}

export function sumOfCounts(slices: readonly Slice[]): Counts {
  const sum = newCounts()
  for (const { counts } of slices) {
    addAll(sum.from, counts.from)
    addAll(sum.to, counts.to)
    addAll(sum.at, counts.at)
    addAll(sum.between, counts.between)
    addAll(sum.fromZone, counts.fromZone)
    addAll(sum.all, counts.all)
  }
  return sum
}

export function byKind(index: number, kind: number): number {
  return index * kindCount + kind
}

export function betweenZones(source: number, target: number, kind: number): number {
  return byKind(source * zonesAtMost + target, kind)
}
