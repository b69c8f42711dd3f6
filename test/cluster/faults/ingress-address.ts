import { droppedEverywhere } from './blocks.ts'
import { type LabFault, lost } from './fault.ts'

export const ingressAddress: LabFault = {
  name: 'ingress_address',
  doc: 'the address of the ingress is dead; its controllers answer',
  target: 'cluster',
  example: () => 'cluster',
  ...droppedEverywhere({
    name: 'ingress_address',
    hook: 'prerouting',
    drops: (_target, { ingressIp }) => [`ip daddr ${ingressIp}`],
  }),
  fails: ({ check }) => lost(check === 'ingress'),
  reasons: ['timeout'],
  finding: () => ({ fault: 'ingress_address', entity: 'meshprobe/meshprobe' }),
}
