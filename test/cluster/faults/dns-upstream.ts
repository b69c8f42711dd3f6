import { type LabFault, lost } from './fault.ts'
import { frozen } from './frozen.ts'

export const dnsUpstream: LabFault = {
  name: 'dns_upstream',
  doc: 'the name server outside the cluster is dead: external names fail at every DNS pod',
  target: 'cluster',
  example: () => 'cluster',
  ...frozen(() => ['upstream-dns']),
  fails: ({ check, variant }) => lost((check === 'dns_replica' || check === 'dns_service') && variant === 'external'),
  reasons: ['timeout', 'name_server_failed'],
  finding: () => ({ fault: 'dns_upstream', entity: 'cluster' }),
}
