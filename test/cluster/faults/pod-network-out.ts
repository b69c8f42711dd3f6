import { droppedOnFabric } from './blocks.ts'
import { betweenPods, crossesNode, type LabFault, lost } from './fault.ts'
import { podsOutOf } from './pod-flows.ts'

export const podNetworkOut: LabFault = {
  name: 'pod_network_out',
  doc: 'packets from the pods of a node to pods elsewhere are lost; the way in works',
  target: 'node',
  example: () => 'w5',
  ...droppedOnFabric({ name: 'pod_network_out', hook: 'forward', drops: (node) => [podsOutOf(node)] }),
  loses: (flow, target) => lost(betweenPods(flow) && crossesNode(flow, target) && flow.from.host === target),
  reasons: ['timeout'],
  finding: (target) => ({ fault: 'pod_network_out', entity: target }),
}
