import { share } from './blocking.ts'
import type { LabFault } from './fault.ts'
import { endsOf } from './named.ts'
import { crossesZones, droppedBetweenZones } from './zones.ts'

export const zoneLoss: LabFault = {
  name: 'zone_loss',
  doc: 'a third of the packets between two zones is lost',
  target: 'zone_pair',
  example: () => 'zone-a:zone-c',
  ...droppedBetweenZones('zone_loss', { share: share(33) }),
  loses: (flow, target) => (crossesZones(flow, target) ? 'some' : 'none'),
  reasons: ['timeout', 'bad_status'],
  finding: (target) => ({ fault: 'zone_loss', entity: endsOf(target).join('|') }),
}
