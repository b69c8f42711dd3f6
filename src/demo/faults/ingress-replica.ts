import { involves } from '../packet.ts'
import { ingressReplicas } from '../topology.ts'
import { type DemoFault, withheld } from './fault.ts'

export const ingressReplica: DemoFault = {
  fault: 'ingress_replica',
  doc: 'one ingress controller is silent',
  targets: ingressReplicas.map(({ name }) => name),
  on: (replica) => withheld((packet) => involves(packet, 'ingress', replica)),
}
