import { droppedOnFabric } from './blocks.ts'
import { betweenPods, crossesNode, type LabFault, lost } from './fault.ts'
import { podsInto, podsOutOf } from './pod-flows.ts'

export const podNetworkCut: LabFault = {
  name: 'pod_network_cut',
  doc: 'pods of a node and pods elsewhere do not reach each other; host addresses work',
  target: 'node',
  example: () => 'w3',
  ...droppedOnFabric({ name: 'pod_network_cut', hook: 'forward', drops: (node) => [podsInto(node), podsOutOf(node)] }),
  loses: (flow, target) => lost(betweenPods(flow) && crossesNode(flow, target)),
  reasons: ['timeout'],
  finding: (target) => ({ fault: 'pod_network_cut', entity: target }),
}
