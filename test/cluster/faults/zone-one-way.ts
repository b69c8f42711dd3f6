import { type LabFault, lost } from './fault.ts'
import { endsOf } from './named.ts'
import { droppedBetweenZones } from './zones.ts'

export const zoneOneWay: LabFault = {
  name: 'zone_one_way',
  doc: 'packets from one zone to another are lost; the way back works',
  target: 'zone_pair',
  example: () => 'zone-b:zone-c',
  ...droppedBetweenZones('zone_one_way', { oneWay: true }),
  loses(flow, target) {
    const [from, to] = endsOf(target)
    return lost(flow.from.zone === from && flow.to.zone === to)
  },
  reasons: ['timeout'],
  finding: (target) => ({ fault: 'zone_one_way', entity: endsOf(target).join('>') }),
}
