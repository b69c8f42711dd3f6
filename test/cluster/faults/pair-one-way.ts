import { nodeNamed } from '../lab/plan.ts'
import { droppedOnFabric } from './blocks.ts'
import { betweenPods, type LabFault, lost } from './fault.ts'
import { endsOf } from './named.ts'

export const pairOneWay: LabFault = {
  name: 'pair_one_way',
  doc: 'packets from the pods of one node to those of another are lost; the way back works',
  target: 'node_pair',
  example: () => 'w1:w2',
  ...droppedOnFabric({
    name: 'pair_one_way',
    hook: 'forward',
    drops(target, { plan }) {
      const [from, to] = endsOf(target).map((name) => nodeNamed(plan, name).podCidrs[0])
      return [`ip saddr ${from} ip daddr ${to}`]
    },
  }),
  loses(flow, target) {
    const [from, to] = endsOf(target)
    return lost(betweenPods(flow) && flow.from.host === from && flow.to.host === to)
  },
  reasons: ['timeout'],
  finding: (target) => ({ fault: 'link', entity: endsOf(target).join('>') }),
}
