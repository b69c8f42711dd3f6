import t from 'tap'

import { at, type KubeObject, type Labels, named, podOf, render } from './helm.ts'

const agents = {
  'app.kubernetes.io/name': 'meshprobe',
  'app.kubernetes.io/instance': 'meshprobe',
  'app.kubernetes.io/component': 'agent',
}
const everything = {
  'loadBalancer.enabled': true,
  'serviceMonitor.enabled': true,
  'networkPolicy.enabled': true,
  'networkPolicy.apiServerCidrs': ['192.0.2.1/32'],
  'networkPolicy.nodeCidrs': ['192.0.2.0/24'],
}
const selectors = {
  'DaemonSet/meshprobe-agent': 'spec/selector/matchLabels',
  'Service/meshprobe': 'spec/selector',
  'Service/meshprobe-peers': 'spec/selector',
  'Service/meshprobe-lb': 'spec/selector',
  'NetworkPolicy/meshprobe-agent': 'spec/podSelector/matchLabels',
}

t.test('what a selector holds is fixed: it can never change again', async (t) => {
  const values = { ...everything, commonLabels: { team: 'net' }, 'agent.podLabels': { a: 'b' }, 'image.tag': '9' }
  const objects = await render(values)
  for (const name of [
    'DaemonSet/meshprobe-agent',
    'Service/meshprobe',
    'Service/meshprobe-peers',
    'Service/meshprobe-lb',
  ] as const)
    t.strictSame(at(named(objects, name), selectors[name]), agents, name)
})

t.test('every selector finds the agents, whatever labels the user gives them', async (t) => {
  const objects = await render({ ...everything, 'agent.podLabels': { 'app.kubernetes.io/component': 'mine', a: 'b' } })
  const labels = labelsOf(podOf(named(objects, 'DaemonSet/meshprobe-agent')))
  t.match(labels, { ...agents, a: 'b' })
  for (const [name, path] of Object.entries(selectors)) t.match(labels, at(named(objects, name), path), name)
})

t.test('a new version of the chart alone restarts nobody', async (t) => {
  const labels = labelsOf(podOf(named(await render(), 'DaemonSet/meshprobe-agent')))
  t.strictSame(labels, { ...agents, 'app.kubernetes.io/part-of': 'meshprobe' })
})

t.test('no Service and no monitor takes the test pod for an agent, and the NetworkPolicy holds for it', async (t) => {
  const objects = await render(everything)
  const { labels } = named(objects, 'Pod/meshprobe-test').metadata
  for (const [name, path] of Object.entries(selectors)) {
    t.equal(selects(at(named(objects, name), path), labels), name.startsWith('NetworkPolicy'), name)
  }
  for (const [key, value] of Object.entries(agents))
    if (!key.endsWith('instance')) t.not(labels[key], value, `${key} is its own`)
})

t.test('agents and aggregators are not taken for each other', async (t) => {
  const objects = await render(everything)
  const aggregators = {
    'Deployment/meshprobe-aggregator': 'spec/selector/matchLabels',
    'Service/meshprobe-aggregator': 'spec/selector',
    'PodDisruptionBudget/meshprobe-aggregator': 'spec/selector/matchLabels',
  }
  const agent = labelsOf(podOf(named(objects, 'DaemonSet/meshprobe-agent')))
  const aggregator = labelsOf(podOf(named(objects, 'Deployment/meshprobe-aggregator')))
  for (const [name, path] of Object.entries({ ...selectors, ...aggregators })) {
    // Those of a NetworkPolicy have expressions too.
    if (name.startsWith('NetworkPolicy')) continue
    const selector = at(named(objects, name), path)
    t.equal(selects(selector, aggregator), name in aggregators, name)
    t.equal(selects(selector, agent), !(name in aggregators), name)
  }
})

t.test('a ServiceMonitor selects the one Service that it is for', async (t) => {
  const objects = await render(everything)
  const selector = at(named(objects, 'ServiceMonitor/meshprobe-agent'), 'spec/selector/matchLabels')
  const chosen = objects.filter(({ kind, metadata }) => kind === 'Service' && selects(selector, metadata.labels))
  t.strictSame(
    chosen.map(({ metadata }: KubeObject) => metadata.name),
    ['meshprobe-peers'],
  )
  const other = at(named(objects, 'ServiceMonitor/meshprobe-aggregator'), 'spec/selector/matchLabels')
  const theirs = objects.filter(({ kind, metadata }) => kind === 'Service' && selects(other, metadata.labels))
  t.strictSame(
    theirs.map(({ metadata }: KubeObject) => metadata.name),
    ['meshprobe-aggregator'],
  )
})

function labelsOf(pod: unknown): Labels {
  return Object.fromEntries(Object.entries(at(pod, 'metadata/labels') ?? {}))
}

function selects(selector: unknown, labels: Labels): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value)
}
