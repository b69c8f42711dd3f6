import type { CanaryEndpoint, CanaryHistory } from '../kubernetes/canary-slice.ts'
import { spread } from '../model/hash.ts'
import type { CanaryGeneration } from '../model/peer.ts'

const nodesAtOnce = 4
/** Fewer backends in small clusters, so that a node is not back while a stale kube-proxy could still be told by it. */
const turns = 6
const pastKept = 4
/** So many rewrites may come between two looks of an agent: agents of large clusters look more seldom. */
const plannedMin = 1
const plannedMax = 6

export interface PlanScene {
  /** Those that may serve: ready agents. */
  readonly agents: readonly CanaryEndpoint[]
  readonly nowMs: number
  readonly everyMs: number
}

/** The history with a new generation at its end, as planned before where that is still possible, and a new plan. */
export function nextGeneration({ past, planned }: CanaryHistory, scene: PlanScene): CanaryHistory {
  const { agents, nowMs, everyMs } = scene
  const known = new Set(agents.map(({ node }) => node))
  const still = planned.map(({ nodes }) => nodes.filter((node) => known.has(node))).filter((nodes) => nodes.length > 0)
  const queue = [...still.slice(0, 1 + plansFor(agents.length, everyMs))]
  const used = past.map(({ nodes }) => nodes)
  while (queue.length < 1 + plansFor(agents.length, everyMs)) queue.push(choose(agents, [...used, ...queue], nowMs))
  const [nodes = [], ...later] = queue
  return {
    past: [...past, { sinceMs: nowMs, nodes }].slice(-pastKept),
    planned: later.map((next, i): CanaryGeneration => ({ sinceMs: nowMs + (i + 1) * everyMs, nodes: next })),
  }
}

/** How many rewrites come between two looks of an agent of a cluster of this size. */
function plansFor(nodes: number, everyMs: number): number {
  const lookMs = Math.max(30_000, nodes * 100) * 1.2
  return Math.min(plannedMax, Math.max(plannedMin, Math.ceil(lookMs / everyMs)))
}

/** Those whose last turn is longest ago, out of as many zones as there are. */
function choose(agents: readonly CanaryEndpoint[], used: readonly (readonly string[])[], seed: number) {
  const size = Math.min(nodesAtOnce, Math.max(1, Math.floor(agents.length / turns)))
  const lastTurn = new Map(used.flatMap((nodes, i) => nodes.map((node) => [node, i + 1] as const)))
  const rank = ({ node }: CanaryEndpoint) => (lastTurn.get(node) ?? 0) * 1e6 + spread(`${node}|${seed}`, 1e6)
  const waiting = agents.toSorted((a, b) => rank(a) - rank(b))
  const chosen: CanaryEndpoint[] = []
  while (chosen.length < size && waiting.length > 0) {
    const zones = new Set(chosen.map(({ zone }) => zone))
    // Only among those that are due: a lone node of a zone would serve in every generation.
    const other = waiting.slice(0, size * 2).findIndex(({ zone }) => !zones.has(zone))
    chosen.push(...waiting.splice(Math.max(0, other), 1))
  }
  return chosen.map(({ node }) => node).sort()
}
