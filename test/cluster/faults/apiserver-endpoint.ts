import { type LabFault, lost } from './fault.ts'
import { frozen } from './frozen.ts'

export const apiserverEndpoint: LabFault = {
  name: 'apiserver_endpoint',
  doc: 'one API server hangs; the others answer, and take it out of the list of endpoints',
  target: 'api_server',
  example: () => 'api2',
  ...frozen((target) => [`apiserver-${target}`]),
  loses: ({ to }, target) => lost(to.host === target),
  reasons: ['timeout'],
  finding: () => ({ fault: 'apiserver_endpoint', entity: 'kubernetes' }),
}
