import t from 'tap'

import { named, render } from './helm.ts'

t.test('the ResourceQuota admits the priority class of the agents, and no other', async (t) => {
  const values = { 'agent.priorityClassName': 'system-node-critical', resourceQuota: { enabled: true, pods: 5000 } }
  t.strictSame(named(await render(values), 'meshprobe/ResourceQuota/meshprobe-agent')['spec'], {
    hard: { pods: '5000' },
    scopeSelector: {
      matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['system-node-critical'] }],
    },
  })
})
