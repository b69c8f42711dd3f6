import { canaryHistoryIn, canarySinceMs } from '../kubernetes/canary-slice.ts'
import { list, record, text } from '../kubernetes/json.ts'
import type { CanaryGeneration } from '../model/peer.ts'

/** Half an hour: a kube-proxy that stopped long ago still answers from one of them. */
const generationsKept = 30
/** Ten changes that did not come. */
const turnsWithinMs = 5 * 60_000

export interface CanaryMoment {
  readonly wallMs: number
  /** In how long we look again at the latest: whoever is due until then may answer before we have heard of it. */
  readonly againMs: number
}

/**
 * `known` with the generations that the canary Service's slices show now: the one that is there, and those that came and
 * went since we last looked. A node that is to be back before we look again is in none of the old ones, so that nobody is
 * called stale for answering from a generation that is newer than what we know.
 */
export function canaryAfter(
  known: readonly CanaryGeneration[],
  slices: readonly unknown[],
  { wallMs, againMs }: CanaryMoment,
): readonly CanaryGeneration[] {
  const histories = slices.map(canaryHistoryIn)
  const latest = after(known, slices, wallMs)
  const bySince = new Map(
    [...latest, ...histories.flatMap(({ past }) => past)].map((generation) => [generation.sinceMs, generation]),
  )
  const newestMs = latest.at(-1)?.sinceMs ?? 0
  const all = [...bySince.values()]
    .filter(({ sinceMs }) => sinceMs <= newestMs)
    .toSorted((a, b) => a.sinceMs - b.sinceMs)
    .slice(-generationsKept)
  const due = histories.flatMap(({ planned }) => planned).filter(({ sinceMs }) => sinceMs <= wallMs + againMs)
  const next = without(all, new Set(due.flatMap(({ nodes }) => nodes)))
  return isSame(next, known) ? known : next
}

/** Whether its backends were changed of late: while no aggregator leads nobody does, and old ones may be gone. */
export function turns(generations: readonly CanaryGeneration[], wallMs: number): boolean {
  const newest = generations.at(-1)
  return newest !== undefined && wallMs - newest.sinceMs < turnsWithinMs
}

/** With the generation that the slices themselves show, if it is a new one. */
function after(
  known: readonly CanaryGeneration[],
  slices: readonly unknown[],
  wallMs: number,
): readonly CanaryGeneration[] {
  const nodes = [...new Set(slices.flatMap(nodesIn))].sort()
  const written = Math.max(0, ...slices.map(canarySinceMs))
  const last = known.at(-1)
  if (nodes.length === 0) return known
  if (last !== undefined && sameNodes(last, nodes) && (written === 0 || written === last.sinceMs)) return known
  // An answer from an older cache of the API server is no news.
  if (last !== undefined && written !== 0 && written < last.sinceMs) return known
  return [...known, { sinceMs: written || wallMs, nodes }]
}

/** All but the newest lose these nodes. */
function without(generations: readonly CanaryGeneration[], due: ReadonlySet<string>): readonly CanaryGeneration[] {
  return generations.map((generation, i) =>
    i === generations.length - 1
      ? generation
      : { ...generation, nodes: generation.nodes.filter((node) => !due.has(node)) },
  )
}

function nodesIn(slice: unknown): readonly string[] {
  return list(record(slice)['endpoints']).flatMap((endpoint) => text(record(endpoint)['nodeName']) || [])
}

function isSame(some: readonly CanaryGeneration[], others: readonly CanaryGeneration[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, i) => others[i]?.sinceMs === one.sinceMs && sameNodes(one, others[i].nodes))
  )
}

function sameNodes({ nodes }: CanaryGeneration, others: readonly string[]): boolean {
  return nodes.length === others.length && nodes.every((node, i) => node === others[i])
}
