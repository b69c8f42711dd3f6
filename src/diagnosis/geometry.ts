import type { Check } from '../model/check.ts'
import { type Atlas, nowhere } from './atlas.ts'
import { kinds } from './kinds.ts'
import type { Suspect } from './modes/mode.ts'

/** Where everything is: which numbers stand for which suspects, and what is behind each Service. */
export interface Geometry {
  readonly atlas: Atlas
  readonly nodes: number
  readonly zones: number
  readonly targets: number
  /** The first number of each kind of suspect; all suspects together share one range. */
  readonly base: Readonly<Record<Suspect, number>>
  readonly suspects: number
  /** By kind; undefined where nothing is known to be behind it. */
  readonly behind: readonly (Behind | undefined)[]
  /** The agents, as what is behind our own Service. */
  readonly agents: Behind | undefined
  /** Targets that are our own Service. */
  readonly ownServices: readonly number[]
  /** Replicas that run on a node. */
  readonly hosted: ReadonlyMap<number, readonly number[]>
}

/** Who answers when a Service is asked. */
export interface Behind {
  readonly targets: readonly number[]
  /** How much one of them is of the whole. */
  readonly share: number
  /** Nodes that host one and are worth suspecting. */
  readonly hosts: readonly number[]
  /** The share in each zone. */
  readonly zones: readonly number[]
}

/** `doubtful`: of a Service with an agent behind it on every node, only these are worth suspecting. */
export function geometryOf(atlas: Atlas, doubtful: ReadonlySet<number>): Geometry {
  const [nodes, zones, targets] = [atlas.nodes.length, atlas.zones.length, atlas.targets.length]
  const direction = nodes
  const border = direction + zones * zones
  const zone = border + zones * zones
  const target = zone + zones
  const cluster = target + targets
  const hosted = new Map<number, number[]>()
  atlas.targets.forEach(({ host }, index) => {
    if (host !== nowhere) hosted.set(host, [...(hosted.get(host) ?? []), index])
  })
  return {
    ...{ atlas, nodes, zones, targets, hosted },
    base: { node: 0, direction, border, zone, target, cluster },
    suspects: cluster + 1,
    agents: agents(atlas, doubtful),
    ownServices: atlas.targets.flatMap(({ check }, index) => (check === 'clusterip' ? [index] : [])),
    behind: kinds.map(({ behind }) =>
      behind === undefined ? undefined : behind === 'clusterip' ? agents(atlas, doubtful) : replicas(atlas, behind),
    ),
  }
}

export function suspectOf(geometry: Geometry, suspect: number): { readonly is: Suspect; readonly index: number } {
  const is = sortOf(geometry, suspect)
  return { is, index: suspect - geometry.base[is] }
}

export function sortOf({ base }: Geometry, suspect: number): Suspect {
  if (suspect < base.direction) return 'node'
  if (suspect < base.border) return 'direction'
  if (suspect < base.zone) return 'border'
  if (suspect < base.target) return 'zone'
  return suspect < base.cluster ? 'target' : 'cluster'
}

/** Every suspect that lies between two zones: their border, and both directions. */
export function suspectsBetween({ base, zones }: Geometry, a: number, b: number): readonly number[] {
  const border = base.border + Math.min(a, b) * zones + Math.max(a, b)
  return [border, base.direction + a * zones + b, base.direction + b * zones + a]
}

/** The zones of a single node. */
export function loneZones({ atlas }: Geometry): readonly number[] {
  const sizes = new Map<number, number>()
  for (const zone of atlas.zoneOf) sizes.set(zone, (sizes.get(zone) ?? 0) + 1)
  return [...sizes].filter(([, size]) => size === 1).map(([zone]) => zone)
}

/** All that lies between a zone and another. */
export function bordersOf(geometry: Geometry, zone: number): readonly number[] {
  const others = [...geometry.atlas.zones.keys()].filter((other) => other !== zone)
  return others.flatMap((other) => suspectsBetween(geometry, zone, other))
}

/** Whether it is a zone, or lies between two. */
export function isOfZones(geometry: Geometry, suspect: number): boolean {
  return ['zone', 'border', 'direction'].includes(sortOf(geometry, suspect))
}

/** The two zones of a border or a direction; none of any other suspect. */
export function zonesBetween(geometry: Geometry, suspect: number): readonly number[] {
  const { is, index } = suspectOf(geometry, suspect)
  return is === 'border' || is === 'direction' ? [Math.floor(index / geometry.zones), index % geometry.zones] : []
}

function agents(atlas: Atlas, doubtful: ReadonlySet<number>): Behind | undefined {
  const listed = [...atlas.listed()]
  if (listed.length === 0) return undefined
  const hosts = listed.filter((node) => doubtful.has(node))
  return { targets: [], share: 1 / listed.length, hosts, zones: zoneShares(atlas, listed) }
}

function replicas(atlas: Atlas, check: Check): Behind | undefined {
  const targets = atlas.replicas(check)
  if (targets.length === 0) return undefined
  const hosts = targets.map((target) => atlas.targets[target]?.host ?? nowhere)
  const placed = hosts.filter((host) => host !== nowhere)
  return { targets, share: 1 / targets.length, hosts: placed, zones: zoneShares(atlas, hosts) }
}

function zoneShares(atlas: Atlas, hosts: readonly number[]): readonly number[] {
  const shares = atlas.zones.map(() => 0)
  for (const host of hosts) {
    if (host === nowhere) continue
    const zone = atlas.zoneOf[host] ?? 0
    shares[zone] = (shares[zone] ?? 0) + 1 / hosts.length
  }
  return shares
}

/** How many suspects of a kind there are. */
export function suspectsOf({ nodes, zones, targets }: Geometry, suspect: Suspect): number {
  const many = {
    node: nodes,
    direction: zones * zones,
    border: zones * zones,
    zone: zones,
    target: targets,
    cluster: 1,
  }
  return many[suspect]
}

/** A suspect's number after nodes, zones or targets have been learned. */
export function suspectAfter(before: Geometry, now: Geometry, suspect: number): number {
  if (before.suspects === now.suspects) return suspect
  const { is, index } = suspectOf(before, suspect)
  if (is !== 'direction' && is !== 'border') return now.base[is] + index
  return now.base[is] + Math.floor(index / before.zones) * now.zones + (index % before.zones)
}
