import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

import { peersOf } from '../../../src/discovery/peers.ts'
import { endpointsOf } from '../../../src/discovery/slices.ts'
import { viewOf } from '../../../src/model/peer-choice.ts'
import { type ApiServer, openApiServer } from '../../chart/api-server.ts'
import { bin } from '../../cluster/lab/paths.ts'
import { until } from '../../support/until.ts'
import { node, pod, slice } from './objects.ts'
import type { KubeObject } from './small-cluster.ts'
import { followCensus } from './taking.ts'

const labels = { 'app.kubernetes.io/name': 'meshprobe', 'app.kubernetes.io/component': 'agent' }
const serviceLabel = 'kubernetes.io/service-name'
/** Everything that a census needs to be allowed, and nothing else. */
const rights: readonly KubeObject[] = [
  ...grant('ClusterRole', '', { apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] }),
  ...grant('Role', 'meshprobe', { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }),
  ...grant('Role', 'kube-system', slicesRight()),
  ...grant('Role', 'default', { ...slicesRight(), resourceNames: ['kubernetes'] }),
]

const skip = ['etcd', 'kube-apiserver', 'kubectl'].every((program) => existsSync(bin(program))) ? false : 'no programs'

t.test('with its rights on a real API server', { skip, timeout: 120_000 }, async (t) => {
  const api = await openApiServer(t)
  await fill(api)
  const { latest, shows, lines, counted, stop } = await followAs(api, t.testdirName)
  t.teardown(stop)

  await shows(({ nodes, agents }) => nodes.length === 2 && agents.length === 1)
  const [first] = latest().agents
  const uid = first?.podUid ?? ''
  t.strictSame(latest(), {
    viewHash: await agentsHash(api),
    nodes: [
      { node: 'n1', zone: 'zone-a', podUid: uid, ip: '10.42.0.9', ready: true, cordoned: false },
      { node: 'n2', zone: 'zone-b', podUid: '', ready: false, cordoned: false },
    ],
    replicas: [
      { check: 'dns_replica', name: 'kube-system/coredns-a', node: 'n1' },
      { check: 'apiserver_endpoint', name: '192.0.2.12:6443', node: 'n2' },
    ],
    agents: [{ node: 'n1', podUid: uid, host: '10.42.0.9', port: 8085 }],
  })
  t.match(uid, /^[0-9a-f-]{36}$/)

  await until(() => counted.filter(({ verb, ok }) => verb === 'watch' && ok).length === 4)
  await api.kubectl(['cordon', 'n2'])
  await shows(({ nodes }) => nodes[1]?.cordoned === true)
  await create(api, labelled(pod('n2')))
  await patchStatus(api, pod('n2', { ips: ['10.42.2.9'], ready: false }))
  await shows(({ agents }) => agents.length === 2)
  t.match(latest().nodes[1], { ready: false })
  // Nobody is there to end it, so it stays in the state of one that is leaving.
  await api.kubectl(['-n', 'meshprobe', 'delete', 'pod', 'agent-n1', '--wait=false'])
  await shows(({ nodes }) => nodes[0]?.ready === false)
  t.match(latest().agents[0], { node: 'n1', podUid: uid })
  await api.kubectl(['-n', 'meshprobe', 'delete', 'pod', 'agent-n1', '--force', '--grace-period=0'])
  await shows(({ nodes }) => nodes[0]?.podUid === '')
  await api.kubectl(['delete', 'node', 'n1'])
  await shows(({ nodes }) => nodes.length === 1)

  t.strictSame(lines, [], 'every right is there')
  t.ok(counted.every(({ ok }) => ok))
})

async function fill(api: ApiServer): Promise<void> {
  await api.kubectl(['create', 'serviceaccount', 'default', '-n', 'meshprobe'])
  await create(api, ...rights, node('n1'), node('n2', 'zone-b'), labelled(pod('n1')))
  await create(api, withLabels(labelled(pod('n2', { name: 'other' })), { 'app.kubernetes.io/name': 'other' }))
  await patchStatus(api, pod('n1'))
  const { status } = node('n2', '', { ip: '192.0.2.12' })
  await api.kubectl(['patch', 'node', 'n2', '--subresource=status', '-p', JSON.stringify({ status })])
  const kubernetes = slice('kubernetes', [{ ip: '192.0.2.12' }], 'https', 6443)
  const dns = slice('dns-1', [{ ip: '10.42.1.3', node: 'n1', pod: 'kube-system/coredns-a' }])
  const uid = await api.kubectl(['-n', 'meshprobe', 'get', 'pod', 'agent-n1', '-o', 'jsonpath={.metadata.uid}'])
  const agent = { ip: '10.42.0.9', node: 'n1', zone: 'zone-a', pod: 'meshprobe/agent-n1', uid }
  const peers = slice('peers-1', [agent], 'probe', 8484)
  await create(api, within('default', kubernetes))
  await create(api, within('kube-system', withLabels(dns, { [serviceLabel]: 'kube-dns' })))
  await create(api, within('meshprobe', withLabels(peers, { [serviceLabel]: 'meshprobe-peers' })))
}

/** With the token of an account that has the rights above. */
async function followAs(api: ApiServer, folder: string) {
  await api.kubectl(['create', 'serviceaccount', 'census', '-n', 'meshprobe'])
  const token = await api.kubectl(['create', 'token', 'census', '-n', 'meshprobe'])
  const server = await api.kubectl(['config', 'view', '-o', 'jsonpath={.clusters[0].cluster.server}'])
  // It signed its certificate itself.
  const ca = readFileSync(join(folder, 'certificates', 'apiserver.crt'), 'utf8')
  const { hostname, port } = new URL(server)
  return followCensus({ serverHost: hostname, serverPort: Number(port) }, async (path) =>
    path.endsWith('token') ? token : ca,
  )
}

/** What an agent makes of the slices that it is shown. */
async function agentsHash(api: ApiServer): Promise<string> {
  const query = ['get', 'endpointslices', '-l', `${serviceLabel}=meshprobe-peers`, '-o', 'json']
  const { items } = JSON.parse(await api.kubectl(['-n', 'meshprobe', ...query]))
  return viewOf(peersOf(endpointsOf(items, ['probe']), 10_250, [])).hash
}

async function create(api: ApiServer, ...objects: readonly KubeObject[]): Promise<void> {
  const items = objects.map((object) => ({ ...typeOf(object), ...object }))
  await api.kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
}

async function patchStatus(api: ApiServer, { metadata, status }: KubeObject): Promise<void> {
  const patch = ['--subresource=status', '-p', JSON.stringify({ status })]
  await api.kubectl(['-n', 'meshprobe', 'patch', 'pod', metadata.name, ...patch])
}

function typeOf(object: KubeObject) {
  if ('endpoints' in object) return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' }
  return { apiVersion: 'v1', kind: 'containers' in Object(object['spec']) ? 'Pod' : 'Node' }
}

/** An agent's pod as it can be created. */
function labelled({ metadata, spec }: KubeObject): KubeObject {
  const containers = [{ name: 'agent', image: 'agent', ports: [{ name: 'metrics', containerPort: 8085 }] }]
  return within('meshprobe', withLabels({ metadata, spec: { ...Object(spec), containers } }, labels))
}

function within(namespace: string, { metadata, ...rest }: KubeObject): KubeObject {
  return { ...rest, metadata: { ...metadata, namespace } }
}

function withLabels({ metadata, ...rest }: KubeObject, labels: Readonly<Record<string, string>>): KubeObject {
  return { ...rest, metadata: { ...metadata, labels } }
}

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[]
}

function slicesRight(): Rule {
  return { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] }
}

function grant(kind: 'Role' | 'ClusterRole', namespace: string, rule: Rule): readonly KubeObject[] {
  const apiVersion = 'rbac.authorization.k8s.io/v1'
  const metadata = { name: 'census', ...(namespace !== '' && { namespace }) }
  const subjects = [{ kind: 'ServiceAccount', name: 'census', namespace: 'meshprobe' }]
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind, name: 'census' }
  return [
    { apiVersion, kind, metadata, rules: [rule] },
    { apiVersion, kind: `${kind}Binding`, metadata, subjects, roleRef },
  ]
}
