import { droppedEverywhere } from './blocks.ts'
import { type LabFault, lost } from './fault.ts'
import { isOneOf, numbered } from './named.ts'

export const dnsReplicaExternal: LabFault = {
  name: 'dns_replica_external',
  doc: 'DNS pods do not reach the upstream: external names fail there, internal ones work',
  target: 'dns_pod',
  example: () => 'dns-2',
  ...droppedEverywhere({
    name: 'dns_replica_external',
    hook: 'forward',
    drops: (target, { dns, plan }) =>
      numbered(target, 'dns', dns).map(({ ip }) => `ip saddr ${ip} ip daddr ${plan.internet.ips[0]}`),
  }),
  loses: ({ from, to }, target, { dns, plan }) =>
    lost(isOneOf(from, numbered(target, 'dns', dns)) && to.host === plan.internet.name),
  reasons: ['timeout', 'name_server_failed'],
  finding: (target, { dns }) => ({ fault: 'dns_replica_external', entity: numbered(target, 'dns', dns)[0]?.pod ?? '' }),
}
