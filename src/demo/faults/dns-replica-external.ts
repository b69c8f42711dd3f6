import { isBetween } from '../packet.ts'
import { dnsReplicas, upstream } from '../topology.ts'
import { type DemoFault, withheld } from './fault.ts'

export const dnsReplicaExternal: DemoFault = {
  fault: 'dns_replica_external',
  doc: 'one DNS replica cannot reach its upstream: it fails external names only',
  targets: dnsReplicas.map(({ name }) => name),
  on: (replica) => withheld((packet) => isBetween(packet, replica, upstream.name)),
}
