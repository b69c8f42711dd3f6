import { droppedOnFabric } from './blocks.ts'
import { betweenPods, crossesNode, type LabFault, lost } from './fault.ts'
import { podsInto } from './pod-flows.ts'

export const podNetworkIn: LabFault = {
  name: 'pod_network_in',
  doc: 'packets from pods elsewhere to the pods of a node are lost; the way out works',
  target: 'node',
  example: () => 'w4',
  ...droppedOnFabric({ name: 'pod_network_in', hook: 'forward', drops: (node) => [podsInto(node)] }),
  loses: (flow, target) => lost(betweenPods(flow) && crossesNode(flow, target) && flow.to.host === target),
  reasons: ['timeout'],
  finding: (target) => ({ fault: 'pod_network_in', entity: target }),
}
