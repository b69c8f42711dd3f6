import { nodeNamed } from '../lab/plan.ts'
import { block, unblock } from './blocking.ts'
import { betweenPods, type LabFault, lost } from './fault.ts'
import { endsOf } from './named.ts'

const table = { name: 'pair_one_way', family: 'inet' } as const

export const pairOneWay: LabFault = {
  name: 'pair_one_way',
  doc: 'packets from the pods of one node to those of another are lost; the way back works',
  target: 'node_pair',
  example: () => 'w1:w2',
  async set(target, { plan }) {
    const [from, to] = endsOf(target).map((name) => nodeNamed(plan, name))
    if (from === undefined || to === undefined) return
    const drops = [`ip saddr ${from.podCidrs[0]} ip daddr ${to.podCidrs[0]}`]
    await block({ ...table, netns: from.netns, hook: 'forward', drops })
  },
  heal: (target, { plan }) => unblock({ ...table, netns: nodeNamed(plan, endsOf(target)[0]).netns }),
  loses(flow, target) {
    const [from, to] = endsOf(target)
    return lost(betweenPods(flow) && flow.from.host === from && flow.to.host === to)
  },
  reasons: ['timeout'],
  finding: (target) => ({ fault: 'link', entity: endsOf(target).join('>') }),
}
