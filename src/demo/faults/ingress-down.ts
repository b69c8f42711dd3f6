import { involves } from '../packet.ts'
import { type DemoFault, wholeCluster, withheld } from './fault.ts'

export const ingressDown: DemoFault = {
  fault: 'ingress_down',
  doc: 'every ingress controller is silent; the backends are fine',
  targets: wholeCluster,
  on: () => withheld((packet) => involves(packet, 'ingress')),
}
