import { share } from './blocking.ts'
import { droppedOnFabric } from './blocks.ts'
import { betweenPods, crossesNode, type LabFault } from './fault.ts'
import { podsOutOf } from './pod-flows.ts'

export const podNetworkLossOut: LabFault = {
  name: 'pod_network_loss_out',
  doc: 'a third of the packets from the pods of a node to pods elsewhere is lost',
  target: 'node',
  example: () => 'w1',
  ...droppedOnFabric({
    name: 'pod_network_loss_out',
    hook: 'forward',
    drops: (node) => [`${podsOutOf(node)} ${share(33)}`],
  }),
  loses: (flow, target) =>
    betweenPods(flow) && crossesNode(flow, target) && flow.from.host === target ? 'some' : 'none',
  reasons: ['timeout'],
  finding: (target) => ({ fault: 'pod_network_out', entity: target }),
}
