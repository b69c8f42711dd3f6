import type { Entity } from '../model/finding.ts'
import type { Atlas } from './atlas.ts'
import { type Geometry, suspectOf } from './geometry.ts'
import type { Mode } from './modes/mode.ts'

/** Where a suspect is, for two modes to compete: both directions of two zones are one place. */
export function placeOf(geometry: Geometry, suspect: number): number {
  const { is, index } = suspectOf(geometry, suspect)
  if (is !== 'direction') return suspect
  const [a, b] = [Math.floor(index / geometry.zones), index % geometry.zones]
  return geometry.base.border + Math.min(a, b) * geometry.zones + Math.max(a, b)
}

/** What the cluster calls the suspect of a mode. */
export function entityOf(geometry: Geometry, { suspect: kind, fault }: Mode, suspect: number): Entity {
  const { atlas } = geometry
  const { index } = suspectOf(geometry, suspect)
  const zone = (number: number) => atlas.zones[number] ?? ''
  const [a, b] = [zone(Math.floor(index / geometry.zones)), zone(index % geometry.zones)]
  switch (kind) {
    case 'node':
      return { kind: 'node', name: atlas.nodes[index] ?? '' }
    case 'zone':
      return { kind: 'zone', name: zone(index) }
    case 'direction':
      return { kind: 'zone_pair', name: `${a}>${b}` }
    case 'border':
      return { kind: 'zone_pair', name: [a, b].sort().join('|') }
    case 'target':
      return targetEntity(geometry, index)
    default:
      return wholeEntity(geometry, fault)
  }
}

/** The nodes or zones at the ends of a pair; of anything else none. */
export function endsOf({ kind, name }: Entity): readonly Entity[] {
  if (kind !== 'pair' && kind !== 'zone_pair') return []
  return name.split(/[>|]/).map((end) => ({ kind: kind === 'pair' ? 'node' : 'zone', name: end }))
}

/** Whether it is a node or a pod that is no part of the cluster any more, or lies between such. */
export function hasLeft(atlas: Atlas, entity: Entity): boolean {
  if (entity.kind === 'node') {
    const node = atlas.nodes.indexOf(entity.name)
    return node !== -1 && !atlas.isNodeHere(node)
  }
  if (entity.kind === 'pair') return endsOf(entity).some((end) => hasLeft(atlas, end))
  if (entity.kind !== 'pod') return false
  return atlas.targets.some(({ name }, index) => name === entity.name && atlas.hasLeft(index))
}

export function isSameEntity(a: Entity, b: Entity): boolean {
  return a.kind === b.kind && a.name === b.name && a.endpoint === b.endpoint
}

function targetEntity({ atlas }: Geometry, index: number): Entity {
  const target = atlas.targets[index]
  const name = target?.name ?? ''
  switch (target?.check) {
    case 'apiserver_endpoint':
      return { kind: 'api_server', name: 'kubernetes', endpoint: name }
    case 'apiserver_service':
      return { kind: 'api_server', name: 'kubernetes' }
    case 'ingress':
      return { kind: 'ingress', name }
    case 'dns_replica':
    case 'ingress_replica':
      return { kind: 'pod', name }
    default:
      return { kind: 'service', name }
  }
}

function wholeEntity({ atlas }: Geometry, fault: Mode['fault']): Entity {
  if (fault === 'apiserver_down') return { kind: 'api_server', name: 'kubernetes' }
  if (fault !== 'ingress_down') return { kind: 'cluster', name: 'cluster' }
  const address = atlas.targets.find(({ check }) => check === 'ingress')
  return { kind: 'ingress', name: address?.name ?? 'ingress' }
}
