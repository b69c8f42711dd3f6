import { share } from './blocking.ts'
import { droppedOnFabric } from './blocks.ts'
import { betweenPods, crossesNode, type LabFault } from './fault.ts'
import { podsInto, podsOutOf } from './pod-flows.ts'

export const podNetworkLoss: LabFault = {
  name: 'pod_network_loss',
  doc: 'a third of the packets between pods of a node and pods elsewhere is lost',
  target: 'node',
  example: () => 'w6',
  ...droppedOnFabric({
    name: 'pod_network_loss',
    hook: 'forward',
    drops: (node) => [podsInto(node), podsOutOf(node)].map((pods) => `${pods} ${share(33)}`),
  }),
  loses: (flow, target) => (betweenPods(flow) && crossesNode(flow, target) ? 'some' : 'none'),
  reasons: ['timeout'],
  finding: (target) => ({ fault: 'pod_network_cut', entity: target }),
}
