import { type DemoFault, withheld } from './fault.ts'
import { crosses, zonePairs, zonesIn } from './zone-pair.ts'

export const zoneOneWay: DemoFault = {
  fault: 'zone_one_way',
  doc: 'packets from the first zone to the second are lost; the way back works',
  targets: zonePairs,
  on(pair) {
    const [from, to] = zonesIn(pair)
    return withheld((packet) => crosses(packet, from, to))
  },
}
