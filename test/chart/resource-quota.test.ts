import t from 'tap'

import { at, named, render, type Values } from './helm.ts'

t.test('the ResourceQuota admits the priority class of the agents, and no other', async (t) => {
  const values = { 'agent.priorityClassName': 'system-node-critical', resourceQuota: { enabled: true, pods: 5000 } }
  t.strictSame(named(await render(values), 'meshprobe/ResourceQuota/meshprobe-agent')['spec'], {
    hard: { pods: '5000' },
    scopeSelector: {
      matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['system-node-critical'] }],
    },
  })
})

t.test('it admits that of the aggregators too', async (t) => {
  const values = {
    'agent.priorityClassName': 'system-node-critical',
    'aggregator.priorityClassName': 'system-cluster-critical',
    'resourceQuota.enabled': true,
  }
  const admitted = async (more: Values) =>
    at(
      named(await render({ ...values, ...more }), 'meshprobe/ResourceQuota/meshprobe-agent'),
      'spec/scopeSelector/matchExpressions/0/values',
    )
  t.strictSame(await admitted({}), ['system-node-critical', 'system-cluster-critical'])
  t.strictSame(await admitted({ 'aggregator.enabled': false }), ['system-node-critical'])
  t.strictSame(await admitted({ 'agent.priorityClassName': '' }), ['system-cluster-critical'])
  t.strictSame(await admitted({ 'agent.priorityClassName': 'system-cluster-critical' }), ['system-cluster-critical'])
})
