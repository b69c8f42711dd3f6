import { kind, kinds } from './kinds.ts'
import { failureWidth, type Slice } from './slice.ts'

const failedAtLeast = 4
const timesTheMean = 3

/** Each of them is looked at beside each failure of a Service that they answer: so many such looks are bearable. */
const looksAtMost = 5e5
const doubtedAnyway = 16

/**
 * Nodes whose agents fail far more requests than others do, or whose rounds could not be read. In a cluster that falls
 * apart that is everybody: then those who fail most.
 */
export function doubtfulNodes(slices: readonly Slice[]): ReadonlySet<number> {
  const failed = new Map<number, number>()
  const arrived = new Set<number>()
  let ofServices = 0
  for (const { failures, arrived: here } of slices) {
    for (const node of here) arrived.add(node)
    for (let i = 0; i < failures.length; i += failureWidth) {
      const [known, target] = [failures[i] ?? 0, failures[i + 2] ?? 0]
      if (isAnsweredByAgents(known)) ofServices += 1
      if (known === kind.http) failed.set(target, (failed.get(target) ?? 0) + (failures[i + 4] ?? 0))
    }
  }
  const sum = [...failed.values()].reduce((sum, n) => sum + n, 0)
  const limit = Math.max(failedAtLeast, (timesTheMean * sum) / Math.max(1, arrived.size))
  const failing = [...failed]
    .filter(([, n]) => n >= Math.min(limit, failedAtLeast * slices.length))
    .sort(([, a], [, b]) => b - a)
    .map(([node]) => node)
  const all = new Set([...failing, ...slices.flatMap(({ unread }) => [...unread])])
  const bearable = Math.max(doubtedAnyway, looksAtMost / Math.max(1, ofServices))
  return all.size <= bearable ? all : new Set([...all].slice(0, bearable))
}

function isAnsweredByAgents(known: number): boolean {
  return kinds[known]?.behind === 'clusterip' || kinds[known]?.handsOn === true
}

/**
 * Whether an agent starved in a round: it says so once the round is over, often a round late, and not of the last one
 * when that was bad in a part only. One that is cut off may say so too, for all that it asks fails; but then its kernel
 * is not reached either.
 */
export function starvation(slices: readonly Slice[]): (node: number, round: number) => boolean {
  const byRound = new Map(slices.map((slice) => [slice.round, slice]))
  const reached = new Map(slices.map((slice) => [slice.round, kernelsReached(slice)]))
  const saidIn = (node: number, round: number) => byRound.get(round)?.starved.has(node) === true
  return (node, round) => {
    const said = saidIn(node, round) || saidIn(node, round + 1) || saidIn(node, round - 1)
    return said && reached.get(round)?.(node) === true
  }
}

/** Agents that say that they starve, and do: in half of the rounds at least in which they say so. */
export function starvedNodes(slices: readonly Slice[]): ReadonlySet<number> {
  const starves = starvation(slices)
  const saying = new Map<number, number[]>()
  for (const { round, starved } of slices)
    for (const node of starved) saying.set(node, [...(saying.get(node) ?? []), round])
  const isTrue = ([node, rounds]: readonly [number, readonly number[]]) =>
    2 * rounds.filter((round) => starves(node, round)).length >= rounds.length
  return new Set([...saying].filter(isTrue).map(([node]) => node))
}

/** Whether far fewer connections to a node fail than requests. */
function kernelsReached({ failures }: Slice): (node: number) => boolean {
  const [requests, connections] = [new Map<number, number>(), new Map<number, number>()]
  for (let i = 0; i < failures.length; i += failureWidth) {
    const of = failures[i] === kind.http ? requests : failures[i] === kind.tcp ? connections : undefined
    const target = failures[i + 2] ?? 0
    of?.set(target, (of.get(target) ?? 0) + (failures[i + 4] ?? 0))
  }
  return (node) => (connections.get(node) ?? 0) <= 1 + (requests.get(node) ?? 0) / 3
}

/** Whether an agent knew other pods than most did in the same round. */
export function otherViews(slices: readonly Slice[]): (node: number, round: number) => boolean {
  const usual = new Map(slices.map(({ round, views }) => [round, mostCommon(views.values())]))
  const byRound = new Map(slices.map((slice) => [slice.round, slice]))
  return (node, round) => {
    const own = byRound.get(round)?.views.get(node)
    return own !== undefined && own !== usual.get(round)
  }
}

function mostCommon(values: Iterable<string>): string | undefined {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  let best: string | undefined
  for (const [value, n] of counts) if (best === undefined || n > (counts.get(best) ?? 0)) best = value
  return best
}
