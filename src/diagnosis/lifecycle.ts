import type { ViewLine } from '../model/recording.ts'
import type { Round } from '../model/round.ts'
import type { Atlas } from './atlas.ts'

/** For how long a pod's coming and going may explain anything: five minutes of rounds of ten seconds. */
const explainsAtMost = 30
const spansKept = 6
/** Rounds for which a node that joins may still be starting. */
const joinsFor = 12
/** Rounds for which a pod has to be ready to count as one that does not restart. */
const steadyFor = 6

export interface Span {
  readonly from: number
  to: number
  /** The whole node is about to leave, its host address too. */
  readonly whole: boolean
}

interface Agent {
  podUid: string
  bootId: string
  round: number
}

/** Knows when pods of agents came and went: that looks like a fault of the network and is none. */
export interface Lifecycle {
  noteView(view: ViewLine, round: number): void
  noteRound(round: Round): void
  /**
   * After the view and all rounds are noted. Who is in no view any more has left the cluster, and is missed by those who
   * do not know; who joins may still be starting.
   */
  noteNodes(round: number): void
  /** When the node's pod was coming or going, oldest first. */
  spansOf(node: number): readonly Span[]
  /** The round in which the node's pod was last seen to be another one than before. */
  replacedAt(node: number): number | undefined
  /** Whether the latest view says that the node's pod is ready, and it is the one that was there before. */
  isSteady(node: number): boolean
  /** How many pods were coming or going in a round. */
  restless(round: number): number
}

export function createLifecycle(atlas: Atlas): Lifecycle {
  const agents = new Map<number, Agent>()
  const pods = new Map<number, string>()
  const ready = new Map<number, { since: number; last: number }>()
  const replaced = new Map<number, number>()
  const cordoned = new Set<number>()
  let viewRound = Number.NEGATIVE_INFINITY
  /** Whether the view has the node. */
  const present = new Map<number, boolean>()
  const spans = new Map<number, Span[]>()

  function explain(node: number, from: number, to: number, whole = false): void {
    const known = spans.get(node) ?? []
    spans.set(node, known)
    const open = known.find((span) => span.from <= to && span.to >= from && span.whole === whole)
    if (open !== undefined) open.to = Math.max(open.to, to)
    else known.push({ from, to, whole })
    if (known.length > spansKept) known.shift()
  }

  function lastSeen(node: number, round: number): number {
    return Math.max(agents.get(node)?.round ?? round - 1, round - explainsAtMost)
  }

  function noteReady(node: number, isReady: boolean, round: number): void {
    const known = ready.get(node)
    if (!isReady) ready.delete(node)
    else if (known === undefined) ready.set(node, { since: round, last: round })
    else known.last = round
  }

  function joins(node: number, round: number): void {
    for (const span of spans.get(node) ?? []) if (span.whole) span.to = Math.min(span.to, round + joinsFor)
    explain(node, round - 1, round + joinsFor, true)
  }

  return {
    noteView(view, round) {
      viewRound = round
      for (const row of view.nodes) {
        const node = atlas.node(row.node, row.zone)
        const before = pods.get(node)
        noteReady(node, row.ready && (before ?? row.podUid) === row.podUid, round)
        pods.set(node, row.podUid)
        if (before !== undefined && before !== row.podUid) {
          explain(node, Math.min(round - 1, lastSeen(node, round)), round + 1)
          // Who was about to leave has left, and what has taken its place is not about to.
          for (const span of spans.get(node) ?? []) if (!span.whole) span.to = Math.min(span.to, round + 1)
          replaced.set(node, round)
        }
        if (row.cordoned && !cordoned.has(node)) explain(node, round - 1, round + explainsAtMost, true)
        if (row.cordoned) cordoned.add(node)
        else cordoned.delete(node)
      }
    },

    noteRound({ node: name, round, podUid, bootId, draining }) {
      const node = atlas.node(name)
      const known = agents.get(node)
      if (known !== undefined && round < known.round) return
      // Whoever begins to watch has not seen one pod follow the other.
      const now = pods.get(node) ?? ''
      if (now !== '' && now !== podUid && round < viewRound) explain(node, round, viewRound + 1)
      if (known !== undefined && (known.bootId !== bootId || known.podUid !== podUid))
        explain(node, lastSeen(node, round), round)
      if (draining) explain(node, round - 1, round + explainsAtMost)
      agents.set(node, { podUid, bootId, round })
    },

    noteNodes(round) {
      const isFirst = present.size === 0
      for (const node of atlas.nodes.keys()) {
        const [is, was] = [atlas.isNodeHere(node), present.get(node)]
        if (is === was) continue
        present.set(node, is)
        if (!is) explain(node, round - explainsAtMost, round + explainsAtMost, true)
        else if (!isFirst) joins(node, round)
      }
    },

    spansOf: (node) => spans.get(node) ?? [],
    replacedAt: (node) => replaced.get(node),
    isSteady(node) {
      const known = ready.get(node)
      return known !== undefined && known.last - known.since >= steadyFor
    },
    restless: (round) =>
      [...spans.values()].filter((of) => of.some(({ from, to }) => round >= from - 1 && round <= to + 1)).length,
  }
}
