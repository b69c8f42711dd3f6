import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

import { loadSettings } from '../../src/cli/load-settings.ts'
import { questionsOf, resources } from '../../src/discovery/questions.ts'
import { granted, groupOf } from './granted.ts'
import { at, type KubeObject, named, render, settingsFile, type Values } from './helm.ts'

const ingress = {
  'ingress.enabled': true,
  'ingress.host': 'mesh.example',
  'ingress.controller': { namespace: 'edge', service: 'nginx' },
}

/** Values, and the rights that come of them as design and docs list them. */
const cases: readonly { readonly name: string; readonly values: Values; readonly rights: readonly string[] }[] = [
  {
    name: 'default values',
    values: {},
    rights: [
      'default: get discovery.k8s.io/endpointslices kubernetes',
      'kube-system: list discovery.k8s.io/endpointslices',
      'meshprobe: create /events',
      'meshprobe: get /services meshprobe',
      'meshprobe: get /services meshprobe-canary',
      'meshprobe: list discovery.k8s.io/endpointslices',
    ],
  },
  {
    name: 'no aggregators',
    values: { 'aggregator.enabled': false },
    rights: [
      'default: get discovery.k8s.io/endpointslices kubernetes',
      'kube-system: list discovery.k8s.io/endpointslices',
      'meshprobe: get /services meshprobe',
      'meshprobe: list discovery.k8s.io/endpointslices',
    ],
  },
  {
    name: 'a load balancer and an Ingress',
    values: { 'loadBalancer.enabled': true, ...ingress },
    rights: [
      'default: get discovery.k8s.io/endpointslices kubernetes',
      'edge: list discovery.k8s.io/endpointslices',
      'kube-system: list discovery.k8s.io/endpointslices',
      'meshprobe: create /events',
      'meshprobe: get /services meshprobe',
      'meshprobe: get /services meshprobe-canary',
      'meshprobe: get /services meshprobe-lb',
      'meshprobe: get networking.k8s.io/ingresses meshprobe',
      'meshprobe: list discovery.k8s.io/endpointslices',
    ],
  },
  {
    name: 'DNS elsewhere, in the namespace of the ingress controller',
    values: { ...ingress, config: { discovery: { kubernetes: { dnsNamespace: 'edge', dnsService: 'dns' } } } },
    rights: [
      'default: get discovery.k8s.io/endpointslices kubernetes',
      'edge: list discovery.k8s.io/endpointslices',
      'meshprobe: create /events',
      'meshprobe: get /services meshprobe',
      'meshprobe: get /services meshprobe-canary',
      'meshprobe: get networking.k8s.io/ingresses meshprobe',
      'meshprobe: list discovery.k8s.io/endpointslices',
    ],
  },
  {
    name: 'no DNS replicas, no Service, no canary, no Events',
    values: {
      'aggregator.canary.enabled': false,
      config: { discovery: { kubernetes: { dnsService: '', service: '' } }, unread: { events: false } },
    },
    rights: [
      'default: get discovery.k8s.io/endpointslices kubernetes',
      'meshprobe: list discovery.k8s.io/endpointslices',
    ],
  },
  {
    name: 'everything in the namespace default',
    values: { namespaceOverride: 'default', config: { discovery: { kubernetes: { dnsNamespace: 'default' } } } },
    rights: [
      'default: create /events',
      'default: get /services meshprobe',
      'default: get /services meshprobe-canary',
      'default: get discovery.k8s.io/endpointslices kubernetes',
      'default: list discovery.k8s.io/endpointslices',
    ],
  },
]

for (const { name, values, rights } of cases) {
  t.test(`with ${name} the agent may do what it does, and nothing else`, async (t) => {
    const objects = await render(values)
    const given = granted(objects, 'agent')
    t.strictSame(given, rights)
    t.strictSame(given, await needed(t.testdir(), objects), 'these are the questions it asks')
    t.notOk(given.some((right) => right.startsWith('everywhere')))
  })
}

t.test('every Role is bound to those that it is for', async (t) => {
  const objects = await render({ ...ingress, 'aggregator.nodeCondition.enabled': true })
  for (const { kind, metadata } of objects.filter((object) => /Role$/.test(object.kind))) {
    const { name, namespace, labels } = metadata
    const account = `meshprobe-${labels['app.kubernetes.io/component']}`
    t.match(named(objects, `${namespace}/${kind}Binding/${name}`), {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: 'meshprobe' }],
    })
  }
})

t.test("rights and account can be somebody else's", async (t) => {
  const accounts = {
    'agent.serviceAccount': { create: false, name: 'mine' },
    'aggregator.serviceAccount': { create: false, name: 'ours' },
  }
  const objects = await render({ 'rbac.create': false, ...accounts })
  t.notOk(objects.some(({ kind }) => /Role|ServiceAccount/.test(kind)))
  t.equal(at(named(objects, 'DaemonSet/meshprobe-agent'), 'spec/template/spec/serviceAccountName'), 'mine')
  t.equal(at(named(objects, 'Deployment/meshprobe-aggregator'), 'spec/template/spec/serviceAccountName'), 'ours')
  const bound = await render(accounts)
  t.match(named(bound, 'meshprobe/RoleBinding/meshprobe-agent'), { subjects: [{ name: 'mine' }] })
  t.match(named(bound, 'meshprobe/RoleBinding/meshprobe-aggregator'), { subjects: [{ name: 'ours' }] })
})

/** What the program itself would ask with the settings of the chart. */
async function needed(folder: string, objects: readonly KubeObject[]): Promise<readonly string[]> {
  const file = join(folder, 'config.json')
  writeFileSync(file, settingsFile(objects))
  const { values } = await loadSettings({ value: () => file, settings: new Map() }, { env: {} })
  const { kubernetes } = values.discovery
  const rights = questionsOf(kubernetes, kubernetes.namespace).map(({ verb, resource, namespace, name }) => {
    const group = groupOf(resources[resource])
    // The right to list has no names: a list has none.
    return `${namespace}: ${verb} ${group}/${resource} ${verb === 'get' ? name : ''}`.trim()
  })
  const events = values.unread.events ? [`${kubernetes.namespace}: create /events`] : []
  return [...new Set([...rights, ...events])].sort()
}
