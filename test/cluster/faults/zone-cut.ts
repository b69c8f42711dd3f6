import { type LabFault, lost } from './fault.ts'
import { endsOf } from './named.ts'
import { crossesZones, droppedBetweenZones } from './zones.ts'

export const zoneCut: LabFault = {
  name: 'zone_cut',
  doc: 'two zones do not reach each other',
  target: 'zone_pair',
  example: () => 'zone-a:zone-b',
  ...droppedBetweenZones('zone_cut'),
  loses: (flow, target) => lost(crossesZones(flow, target)),
  reasons: ['timeout'],
  finding: (target) => ({ fault: 'zone_cut', entity: endsOf(target).join('|') }),
}
