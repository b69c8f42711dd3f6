import type { Cluster } from './cluster.ts'
import { type Circle, createMesh, type Mesh } from './mesh.ts'
import { shareOf } from './random.ts'
import type { Plan } from './scenario.ts'

/** Who belongs to the mesh, and who knows it. */
export interface Members {
  /** Nodes there are in a round of the run. */
  present(index: number): readonly number[]
  /** Whom an agent probes, by the list of nodes that it knows. */
  circleOf(node: number, index: number, epoch: number): Circle
  /** Which list of nodes an agent knows, counted from 0; -1 asks for the newest. */
  versionOf(node: number, index: number): number
}

interface Version {
  readonly since: number
  readonly nodes: readonly number[]
  readonly mesh: Mesh
}

/** Rounds until the last agent has heard of new nodes. */
const slowest = 3

export function createMembers(
  cluster: Cluster,
  { joining = new Map(), podless = [] }: Pick<Plan, 'joining' | 'podless'>,
  quiet: number,
): Members {
  const numberOf = new Map(cluster.nodes.map((name, i) => [name, i]))
  const all = cluster.nodes.map((_, node) => node).filter((node) => !podless.includes(node))
  const steps = [...new Set([0, ...[...joining.values()].map((round) => round + quiet)])].sort((a, b) => a - b)
  const versions: readonly Version[] = steps.map((since) => {
    const nodes = all.filter((node) => (joining.get(node) ?? -quiet) + quiet <= since)
    const peers = nodes.flatMap((node) => cluster.peers[node] ?? [])
    return { since, nodes, mesh: createMesh(peers, numberOf, cluster.name) }
  })

  function versionOf(node: number, index: number): number {
    for (let at = versions.length - 1; at > 0; at--) {
      const since = versions[at]?.since ?? 0
      // Who is new knows of itself.
      const own = (joining.get(node) ?? -quiet) + quiet === since
      const lag = node < 0 || own ? 0 : Math.floor(shareOf(node, at, 9) * slowest)
      if (index >= since + lag) return at
    }
    return 0
  }

  const none: Circle = { stable: [], passing: [], predecessors: [], hosts: [], nodePorts: [], rank: 0 }
  return {
    versionOf,
    present: (index) => versions.findLast(({ since }) => since <= index)?.nodes ?? [],
    circleOf: (node, index, epoch) => versions[versionOf(node, index)]?.mesh.circleOf(node, epoch) ?? none,
  }
}
