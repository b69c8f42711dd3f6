import { share } from './blocking.ts'
import { droppedOnFabric } from './blocks.ts'
import { crossesNode, type LabFault } from './fault.ts'

export const nodeLoss: LabFault = {
  name: 'node_loss',
  doc: 'the cable of a node loses a third of all packets',
  target: 'node',
  example: () => 'w4',
  ...droppedOnFabric({
    name: 'node_loss',
    hook: 'forward',
    drops: (node) => ['iifname', 'oifname'].map((side) => `${side} "${node}" ${share(33)}`),
  }),
  loses: (flow, node) => (crossesNode(flow, node) ? 'some' : 'none'),
  // A lossy cable makes names, TLS and what is proxied late too.
  reasons: ['timeout', 'name_server_failed', 'bad_status', 'unreachable'],
  finding: (node) => ({ fault: 'node_loss', entity: node }),
}
