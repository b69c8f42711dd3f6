import { nodeNamed } from '../lab/plan.ts'
import { droppedOnFabric } from './blocks.ts'
import { betweenPods, type LabFault, lost } from './fault.ts'
import { endsOf } from './named.ts'

export const mtuPair: LabFault = {
  name: 'mtu_pair',
  doc: 'large packets between the pods of two nodes are lost without a word',
  target: 'node_pair',
  example: () => 'w3:w6',
  ...droppedOnFabric({
    name: 'mtu_pair',
    hook: 'forward',
    drops(target, { plan }) {
      const [a, b] = endsOf(target).map((name) => nodeNamed(plan, name).podCidrs[0])
      return [`ip saddr ${a} ip daddr ${b} ip length > 1400`, `ip saddr ${b} ip daddr ${a} ip length > 1400`]
    },
  }),
  loses(flow, target) {
    const ends = endsOf(target)
    const isBetween = flow.from.host !== flow.to.host && ends.includes(flow.from.host) && ends.includes(flow.to.host)
    return lost(flow.full && betweenPods(flow) && isBetween)
  },
  reasons: ['timeout'],
  finding: (target) => ({ fault: 'mtu', entity: endsOf(target).toSorted().join('|') }),
}
