import { type DemoFault, withheld } from './fault.ts'
import { crosses, zonePairs, zonesIn } from './zone-pair.ts'

export const zoneCut: DemoFault = {
  fault: 'zone_cut',
  doc: 'two zones do not reach each other',
  targets: zonePairs,
  on(pair) {
    const [a, b] = zonesIn(pair)
    return withheld((packet) => crosses(packet, a, b) || crosses(packet, b, a))
  },
}
