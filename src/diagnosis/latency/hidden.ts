import type { Fault } from '../../model/fault.ts'
import type { Entity } from '../../model/finding.ts'
import type { Accusation } from '../accusation.ts'

/** What loses packets between nodes makes their answers late too. */
const losing: readonly Fault[] = [
  ...(['node_down', 'node_loss', 'pod_network_cut', 'pod_network_in', 'pod_network_out'] as const),
  ...(['zone_cut', 'zone_one_way', 'zone_isolated', 'zone_loss'] as const),
]

/** Whether another fault of the same place explains that it is slow: nobody needs to hear of it twice. */
export function isHidden(slow: Entity, accusations: readonly Accusation[]): boolean {
  return accusations.some(({ fault, entity }) => losing.includes(fault) && isAbout(entity, slow))
}

function isAbout({ kind, name }: Entity, slow: Entity): boolean {
  if (kind === 'zone') return slow.kind === 'zone_pair' && zonesIn(slow.name).includes(name)
  if (kind !== slow.kind) return false
  return kind === 'zone_pair' ? String(zonesIn(name)) === String(zonesIn(slow.name)) : name === slow.name
}

function zonesIn(name: string): readonly string[] {
  return name.split(/[|>]/).sort()
}
