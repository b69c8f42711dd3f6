import { droppedOnFabric } from './blocks.ts'
import { betweenPods, crossesNode, type LabFault, lost } from './fault.ts'
import { podsInto, podsOutOf } from './pod-flows.ts'

export const mtuHole: LabFault = {
  name: 'mtu_hole',
  doc: 'large packets between pods of a node and pods elsewhere are lost without a word',
  target: 'node',
  example: () => 'w2',
  ...droppedOnFabric({
    name: 'mtu_hole',
    hook: 'forward',
    drops: (node) => [podsInto(node), podsOutOf(node)].map((pods) => `${pods} ip length > 1400`),
  }),
  loses: (flow, target) => lost(flow.full && betweenPods(flow) && crossesNode(flow, target)),
  reasons: ['timeout'],
  finding: (target) => ({ fault: 'mtu', entity: target }),
}
