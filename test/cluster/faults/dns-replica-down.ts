import { droppedEverywhere } from './blocks.ts'
import { type LabFault, lost } from './fault.ts'
import { isOneOf, numbered } from './named.ts'

export const dnsReplicaDown: LabFault = {
  name: 'dns_replica_down',
  doc: 'DNS pods answer no query, and are Ready all the same',
  target: 'dns_pod',
  example: () => 'dns-1',
  ...droppedEverywhere({
    name: 'dns_replica_down',
    hook: 'forward',
    drops: (target, { dns }) =>
      numbered(target, 'dns', dns).map(({ ip }) => `ip daddr ${ip} meta l4proto { tcp, udp } th dport 53`),
  }),
  loses: ({ to }, target, { dns }) => lost(isOneOf(to, numbered(target, 'dns', dns))),
  reasons: ['timeout'],
  finding: (target, { dns }) => ({ fault: 'dns_replica_down', entity: numbered(target, 'dns', dns)[0]?.pod ?? '' }),
}
