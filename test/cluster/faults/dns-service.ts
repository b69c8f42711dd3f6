import { dnsServiceIp } from '../lab/plan.ts'
import { droppedEverywhere } from './blocks.ts'
import { type LabFault, lost } from './fault.ts'

export const dnsService: LabFault = {
  name: 'dns_service',
  doc: 'the virtual address of the cluster DNS is dead; its pods answer',
  target: 'cluster',
  example: () => 'cluster',
  ...droppedEverywhere({ name: 'dns_service', hook: 'prerouting', drops: () => [`ip daddr ${dnsServiceIp}`] }),
  fails: ({ check }) => lost(check === 'dns_service' || check === 'apiserver_dns'),
  reasons: ['timeout'],
  finding: () => ({ fault: 'dns_service', entity: 'kube-system/kube-dns' }),
}
