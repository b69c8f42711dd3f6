import { involves } from '../packet.ts'
import { type DemoFault, wholeCluster, withheld } from './fault.ts'

export const dnsUpstream: DemoFault = {
  fault: 'dns_upstream',
  doc: 'the upstream DNS server is silent: external names fail at every replica',
  targets: wholeCluster,
  on: () => withheld((packet) => involves(packet, 'upstream')),
}
