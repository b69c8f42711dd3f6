import { fabricNetns, nodeNamed } from '../lab/plan.ts'
import { run } from '../lab/run.ts'
import { crossesNode, type LabFault, lost } from './fault.ts'

async function plug(node: string, state: 'up' | 'down'): Promise<void> {
  await run('ip', ['-n', fabricNetns, 'link', 'set', node, state])
}

export const nodeOff: LabFault = {
  name: 'node_off',
  doc: 'the cable of a node is pulled: nothing on it is reached, and it reaches nothing',
  target: 'node',
  example: () => 'w2',
  set: (target, { plan }) => plug(nodeNamed(plan, target).name, 'down'),
  heal: (target, { plan }) => plug(nodeNamed(plan, target).name, 'up'),
  loses: (flow, target) => lost(crossesNode(flow, target)),
  reasons: ['timeout', 'unreachable'],
  finding: (target) => ({ fault: 'node_down', entity: target }),
}
