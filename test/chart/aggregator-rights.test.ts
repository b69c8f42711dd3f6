import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

import { loadSettings } from '../../src/cli/load-settings.ts'
import { topicsOf } from '../../src/discovery/watch/topics.ts'
import { granted } from './granted.ts'
import { at, type KubeObject, named, render, type Values } from './helm.ts'

const slices = 'discovery.k8s.io/endpointslices'
const told = ['create', 'list'].map((verb) => `${verb} /events`)
const watched = (resource: string) => ['list', 'watch'].map((verb) => `${verb} ${resource}`)
const inAll = (namespace: string, rights: readonly string[]) => rights.map((right) => `${namespace}: ${right}`)

const nodes = inAll('everywhere', watched('/nodes'))
const lease = inAll('meshprobe', [
  'create coordination.k8s.io/leases',
  'patch coordination.k8s.io/leases meshprobe-aggregator',
])
const heard = inAll('meshprobe', [...watched('/pods'), ...watched('/events')])
const apiServers = inAll('default', [`list ${slices} kubernetes`, `watch ${slices} kubernetes`])
const canary = inAll('meshprobe', [
  'get /services meshprobe-canary',
  `list ${slices}`,
  `create ${slices}`,
  `update ${slices} meshprobe-canary`,
])
const least = [...nodes, ...lease, ...heard, ...apiServers, ...inAll('kube-system', watched(slices))]
const events = [
  'everywhere: get /nodes',
  `meshprobe: list ${slices}`,
  ...['meshprobe', 'default', 'kube-system'].flatMap((namespace) => inAll(namespace, told)),
]
const quiet = { 'aggregator.events.enabled': false, 'aggregator.canary.enabled': false }
const reviews = ['authentication.k8s.io/tokenreviews', 'authorization.k8s.io/subjectaccessreviews']
const controller = { namespace: 'edge', service: 'nginx' }

/** Values, and the rights that come of them as design and docs list them. */
const cases: readonly { readonly name: string; readonly values: Values; readonly rights: readonly string[] }[] = [
  { name: 'default values', values: {}, rights: [...least, ...events, ...canary] },
  { name: 'neither Events nor canary', values: quiet, rights: least },
  {
    name: 'conditions of Nodes',
    values: { ...quiet, 'aggregator.nodeCondition.enabled': true },
    rights: [...least, 'everywhere: patch /nodes/status'],
  },
  {
    name: 'readers who need a token',
    values: { ...quiet, 'aggregator.auth.enabled': true },
    rights: [
      ...least,
      ...inAll(
        'everywhere',
        reviews.map((review) => `create ${review}`),
      ),
    ],
  },
  {
    name: 'ingress controllers',
    values: { ingress: { enabled: true, host: 'a.example', controller } },
    rights: [...least, ...events, ...canary, ...inAll('edge', [...watched(slices), ...told])],
  },
  {
    name: 'Events switched off in the settings',
    values: { config: { aggregator: { events: { enabled: false } } } },
    rights: [...least, ...canary],
  },
]

for (const { name, values, rights } of cases) {
  t.test(`with ${name} the aggregator may do what it does, and nothing else`, async (t) => {
    const objects = await render(values)
    const given = granted(objects, 'aggregator')
    t.strictSame(given, [...new Set(rights)].sort())
    for (const right of await watchedBy(t.testdir(), objects)) t.ok(given.includes(right), right)
  })
}

t.test('everything in the namespace default is not more than that', async (t) => {
  const given = granted(await render({ namespaceOverride: 'default' }), 'aggregator')
  const moved = [...least, ...events, ...canary].map((right) => right.replace(/^meshprobe:/, 'default:'))
  t.strictSame(given, [...new Set(moved)].sort())
})

t.test('nobody has a right to Secrets, or to a wildcard', async (t) => {
  const objects = await render({ 'aggregator.nodeCondition.enabled': true, 'aggregator.auth.enabled': true })
  for (const right of [...granted(objects, 'agent'), ...granted(objects, 'aggregator')])
    t.notMatch(right, /secrets|configmaps|\*|delete|escalate|bind|impersonate/)
})

/** What the program itself lists and watches with the settings of the chart. */
async function watchedBy(folder: string, objects: readonly KubeObject[]): Promise<readonly string[]> {
  const file = join(folder, 'config.json')
  writeFileSync(file, String(at(named(objects, 'ConfigMap/meshprobe-aggregator'), 'data/config.json')))
  const { values } = await loadSettings({ value: () => file, settings: new Map() }, { env: {} })
  const { kubernetes } = values.discovery
  const topics = topicsOf({ ...kubernetes, ...values.aggregator.census }, kubernetes.namespace)
  const rights = Object.values(topics).flatMap((topic) => {
    if (topic === undefined) return []
    const { resource, namespace, query } = topic
    const group = resource === 'endpointslices' ? 'discovery.k8s.io' : ''
    const name = query['fieldSelector']?.replace('metadata.name=', '') ?? ''
    return watched(`${group}/${resource} ${name}`.trim()).map((right) => `${namespace || 'everywhere'}: ${right}`)
  })
  return rights
}
