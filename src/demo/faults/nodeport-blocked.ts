import { nodeNames, nodePort } from '../topology.ts'
import { type DemoFault, withheld } from './fault.ts'

export const nodeportBlocked: DemoFault = {
  fault: 'nodeport_blocked',
  doc: 'packets to NodePorts of this node are lost; all else on it works',
  targets: nodeNames,
  // Its own pods included: the rule that drops them stands on the node.
  on: (node) =>
    withheld(
      ({ from, to, port }) => port === nodePort && [from, to].some((end) => end.kind === 'host' && end.node === node),
    ),
}
