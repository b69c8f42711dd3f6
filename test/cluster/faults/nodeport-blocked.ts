import { droppedOnNode } from './blocks.ts'
import { type LabFault, lost } from './fault.ts'

export const nodeportBlocked: LabFault = {
  name: 'nodeport_blocked',
  doc: 'a firewall on a node drops what comes to the NodePort',
  target: 'node',
  example: () => 'w5',
  ...droppedOnNode({
    name: 'nodeport_blocked',
    hook: 'prerouting',
    drops: (_target, { nodePort }) => [`fib daddr type local tcp dport ${nodePort}`],
  }),
  fails: ({ check, target }, node) => lost(check === 'nodeport' && target === node),
  reasons: ['timeout'],
  finding: (target) => ({ fault: 'nodeport_blocked', entity: target }),
}
