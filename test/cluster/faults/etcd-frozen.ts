import { type LabFault, lost } from './fault.ts'
import { frozen } from './frozen.ts'

export const etcdFrozen: LabFault = {
  name: 'etcd_frozen',
  doc: 'etcd hangs: the API servers live and say that they are not ready',
  target: 'cluster',
  example: () => 'cluster',
  ...frozen(() => ['etcd']),
  fails: ({ check }) => lost(check.startsWith('apiserver_')),
  reasons: ['timeout', 'bad_status'],
  finding: () => ({ fault: 'apiserver_down', entity: 'kubernetes' }),
}
