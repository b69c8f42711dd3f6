import { type LabFault, lost } from './fault.ts'
import { frozen } from './frozen.ts'

export const apiserverFrozen: LabFault = {
  name: 'apiserver_frozen',
  doc: 'all API servers hang: they take connections and answer nothing',
  target: 'cluster',
  example: () => 'cluster',
  ...frozen((_target, { plan }) => plan.apiServers.map(({ name }) => `apiserver-${name}`)),
  fails: ({ check }) => lost(check.startsWith('apiserver_')),
  reasons: ['timeout'],
  finding: () => ({ fault: 'apiserver_down', entity: 'kubernetes' }),
}
