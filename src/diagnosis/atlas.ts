import type { Check } from '../model/check.ts'
import type { ViewLine } from '../model/recording.ts'

/** Zones beyond these are lumped together: the counters of zone pairs are squares. */
export const zonesAtMost = 32
export const nowhere = -1
/** An API server that hangs is taken out of its list; a pod that is not ready stays. */
const pods: readonly Check[] = ['dns_replica', 'ingress_replica']

export interface SharedTarget {
  readonly check: Check
  readonly name: string
  /** The node it runs on, `nowhere` when nobody said. */
  host: number
}

/** Numbers for all names, the same for as long as the engine lives, and what the latest view says of them. */
export interface Atlas {
  readonly nodes: readonly string[]
  readonly zones: readonly string[]
  readonly targets: readonly SharedTarget[]
  /** Zone by node. */
  readonly zoneOf: readonly number[]
  /** Nodes of the latest view that have an agent. */
  listed(): ReadonlySet<number>
  /** Whether the latest view has the node, or lists none at all: then nobody can be missed. */
  isNodeHere(node: number): boolean
  /** Whether the target is a pod of a kind that the latest view lists, and is not among them. */
  hasLeft(target: number): boolean
  follow(view: ViewLine): void
  node(name: string, zone?: string): number
  zone(name: string): number
  target(check: Check, name: string): number
  /** Who is behind a Service: those of the view, or all that were ever asked when it lists none. */
  replicas(check: Check): readonly number[]
}

export function createAtlas(): Atlas {
  const [nodes, zones, zoneOf]: [string[], string[], number[]] = [[], [], []]
  const targets: SharedTarget[] = []
  const numbers = {
    nodes: new Map<string, number>(),
    zones: new Map<string, number>(),
    targets: new Map<Check, Map<string, number>>(),
  }
  let listed: ReadonlySet<number> = new Set()
  let here: ReadonlySet<number> = new Set()
  let replicasListed = new Map<Check, number[]>()

  function zone(name: string): number {
    const known = numbers.zones.get(name)
    if (known !== undefined) return known
    const index = Math.min(zones.length, zonesAtMost - 1)
    if (zones.length < zonesAtMost) zones.push(name)
    numbers.zones.set(name, index)
    return index
  }

  function node(name: string, zoneName?: string): number {
    const known = numbers.nodes.get(name)
    const index = known ?? nodes.push(name) - 1
    if (known === undefined) numbers.nodes.set(name, index)
    if (zoneName !== undefined || zoneOf[index] === undefined) zoneOf[index] = zone(zoneName ?? '')
    return index
  }

  function target(check: Check, name: string): number {
    const known = numbers.targets.get(check)?.get(name)
    if (known !== undefined) return known
    const ofCheck = numbers.targets.get(check) ?? new Map<string, number>()
    numbers.targets.set(check, ofCheck)
    const index = targets.push({ check, name, host: nowhere }) - 1
    ofCheck.set(name, index)
    return index
  }

  return {
    ...{ nodes, zones, targets, zoneOf, node, zone, target },
    listed: () => listed,
    isNodeHere: (index) => here.size === 0 || here.has(index),
    hasLeft(index) {
      const { check } = targets[index] ?? {}
      return check !== undefined && pods.includes(check) && replicasListed.get(check)?.includes(index) === false
    },

    follow(view) {
      const rows = view.nodes.map((row) => ({ row, index: node(row.node, row.zone) }))
      here = new Set(rows.map(({ index }) => index))
      listed = new Set(rows.filter(({ row }) => row.podUid !== '').map(({ index }) => index))
      replicasListed = new Map()
      for (const { check, name, node: host } of view.replicas) {
        const index = target(check, name)
        const known = targets[index]
        if (known !== undefined) known.host = host === undefined ? nowhere : node(host)
        const others = replicasListed.get(check) ?? []
        if (!others.includes(index)) replicasListed.set(check, [...others, index])
      }
    },

    replicas(check) {
      const ofView = replicasListed.get(check)
      if (ofView !== undefined) return ofView
      return targets.flatMap((known, index) => (known.check === check ? [index] : []))
    },
  }
}
