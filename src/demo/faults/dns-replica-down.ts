import { involves } from '../packet.ts'
import { dnsReplicas } from '../topology.ts'
import { type DemoFault, withheld } from './fault.ts'

export const dnsReplicaDown: DemoFault = {
  fault: 'dns_replica_down',
  doc: 'one DNS replica answers no name',
  targets: dnsReplicas.map(({ name }) => name),
  on: (replica) => withheld((packet) => involves(packet, 'dns', replica)),
}
