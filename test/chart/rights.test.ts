import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

import { loadSettings } from '../../src/cli/load-settings.ts'
import { questionsOf, resources } from '../../src/discovery/questions.ts'
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
      'meshprobe: get /services meshprobe',
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
      'meshprobe: get /services meshprobe',
      'meshprobe: get networking.k8s.io/ingresses meshprobe',
      'meshprobe: list discovery.k8s.io/endpointslices',
    ],
  },
  {
    name: 'no DNS replicas, no Service',
    values: { config: { discovery: { kubernetes: { dnsService: '', service: '' } } } },
    rights: [
      'default: get discovery.k8s.io/endpointslices kubernetes',
      'meshprobe: list discovery.k8s.io/endpointslices',
    ],
  },
  {
    name: 'everything in the namespace default',
    values: { namespaceOverride: 'default', config: { discovery: { kubernetes: { dnsNamespace: 'default' } } } },
    rights: [
      'default: get /services meshprobe',
      'default: get discovery.k8s.io/endpointslices kubernetes',
      'default: list discovery.k8s.io/endpointslices',
    ],
  },
]

for (const { name, values, rights } of cases) {
  t.test(`with ${name} the agent may do what it does, and nothing else`, async (t) => {
    const objects = await render(values)
    t.strictSame(given(objects), rights)
    t.strictSame(given(objects), await needed(t.testdir(), objects), 'these are the questions it asks')
    t.notOk(objects.some(({ kind }) => kind.startsWith('Cluster')))
  })
}

t.test('every Role is bound to the agents', async (t) => {
  const objects = await render(ingress)
  for (const { metadata } of objects.filter(({ kind }) => kind === 'Role')) {
    const { name, namespace } = metadata
    t.match(named(objects, `${namespace}/RoleBinding/${name}`), {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: 'meshprobe-agent', namespace: 'meshprobe' }],
    })
  }
})

t.test("rights and account can be somebody else's", async (t) => {
  const objects = await render({ 'rbac.create': false, 'agent.serviceAccount': { create: false, name: 'mine' } })
  t.notOk(objects.some(({ kind }) => ['Role', 'RoleBinding', 'ServiceAccount'].includes(kind)))
  t.equal(at(named(objects, 'DaemonSet/meshprobe-agent'), 'spec/template/spec/serviceAccountName'), 'mine')
  const bound = await render({ 'agent.serviceAccount': { create: false, name: 'mine' } })
  t.match(named(bound, 'meshprobe/RoleBinding/meshprobe-agent'), { subjects: [{ name: 'mine' }] })
})

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[]
}

function given(objects: readonly KubeObject[]): readonly string[] {
  return objects
    .filter(({ kind }) => kind === 'Role')
    .flatMap((role) => (role['rules'] as readonly Rule[]).flatMap((rule) => lines(role.metadata.namespace, rule)))
    .sort()
}

function lines(namespace: string, { apiGroups, resources, verbs, resourceNames = [''] }: Rule): readonly string[] {
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) => resourceNames.map((name) => `${namespace}: ${verb} ${group}/${resource} ${name}`.trim())),
    ),
  )
}

/** What the program itself would ask with the settings of the chart. */
async function needed(folder: string, objects: readonly KubeObject[]): Promise<readonly string[]> {
  const file = join(folder, 'config.json')
  writeFileSync(file, settingsFile(objects))
  const { values } = await loadSettings({ value: () => file, settings: new Map() }, { env: {} })
  const { kubernetes } = values.discovery
  const rights = questionsOf(kubernetes, kubernetes.namespace).map(({ verb, resource, namespace, name }) => {
    const version = resources[resource]
    const group = version.includes('/') ? version.replace(/\/.*/, '') : ''
    // The right to list has no names: a list has none.
    return `${namespace}: ${verb} ${group}/${resource} ${verb === 'get' ? name : ''}`.trim()
  })
  return [...new Set(rights)].sort()
}
