import t from 'tap'

import { at, named, podOf, render, type Values } from './helm.ts'

const container = 'template/spec/containers/0'
const volumes = 'template/spec/volumes'
const labels = {
  'app.kubernetes.io/name': 'meshprobe',
  'app.kubernetes.io/instance': 'meshprobe',
  'app.kubernetes.io/component': 'aggregator',
}
const gone = (taint: string) => ({
  key: `node.kubernetes.io/${taint}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 30,
})
const probe = (path: string, periodSeconds: number, timeoutSeconds: number, failureThreshold: number) => ({
  ...{ httpGet: { path, port: 'http' }, periodSeconds, timeoutSeconds, failureThreshold },
})
const claim = (claimName: string) => ({ name: 'history', persistentVolumeClaim: { claimName } })

/** Values, and what is then at a path of the Deployment's spec. */
const cases: readonly (readonly [Values, string, unknown])[] = [
  [{}, 'replicas', 2],
  [{ 'aggregator.replicas': 3 }, 'replicas', 3],
  [{}, 'selector', { matchLabels: labels }],
  [{}, 'strategy', { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } }],
  [{}, 'minReadySeconds', 10],
  [{}, 'template/metadata/labels', { ...labels, 'app.kubernetes.io/part-of': 'meshprobe' }],
  [{}, 'template/spec/serviceAccountName', 'meshprobe-aggregator'],
  [{}, 'template/spec/automountServiceAccountToken', false],
  [{}, 'template/spec/enableServiceLinks', false],
  [{}, 'template/spec/tolerations', [gone('not-ready'), gone('unreachable')]],
  [{}, 'template/spec/nodeSelector', { 'kubernetes.io/os': 'linux' }],
  [{}, 'template/spec/affinity', undefined],
  [{ 'aggregator.affinity': { podAffinity: {} } }, 'template/spec/affinity', { podAffinity: {} }],
  [{}, 'template/spec/priorityClassName', undefined],
  [{ 'aggregator.priorityClassName': 'high' }, 'template/spec/priorityClassName', 'high'],
  [{ 'aggregator.hostUsers': false }, 'template/spec/hostUsers', false],
  [{}, `${container}/args`, ['aggregator', '--config', '/etc/meshprobe/config.json']],
  [
    { 'aggregator.extraArgs': ['--round=5s'] },
    `${container}/args`,
    ['aggregator', '--config', '/etc/meshprobe/config.json', '--round=5s'],
  ],
  [{}, `${container}/ports`, [{ name: 'http', containerPort: 7793, protocol: 'TCP' }]],
  [{}, `${container}/livenessProbe`, probe('/livez', 10, 5, 6)],
  [{}, `${container}/readinessProbe`, probe('/readyz', 3, 2, 3)],
  [{}, `${container}/startupProbe`, probe('/livez', 2, 2, 30)],
  [{}, `${container}/resources`, { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '768Mi' } }],
  [{}, `${container}/securityContext/readOnlyRootFilesystem`, true],
  [{}, `${container}/volumeMounts/2`, { name: 'history', mountPath: '/var/lib/meshprobe' }],
  [{}, `${volumes}/0/projected/sources/0/configMap/name`, 'meshprobe-aggregator'],
  [{}, `${volumes}/0/projected/sources/1/secret/name`, 'meshprobe-mesh-key'],
  [{}, `${volumes}/2`, { name: 'history', emptyDir: { sizeLimit: '592Mi' } }],
  [{ 'aggregator.history.mebibytes': 1 }, `${volumes}/2/emptyDir/sizeLimit`, '17Mi'],
  [{ 'aggregator.history.enabled': false }, `${volumes}/2`, undefined],
  [{ 'aggregator.history.enabled': false }, `${container}/volumeMounts/2`, undefined],
  [{ 'aggregator.replicas': 1, 'aggregator.history.existingClaim': 'mine' }, `${volumes}/2`, claim('mine')],
  [
    { 'aggregator.replicas': 1, 'aggregator.history.claim.enabled': true },
    `${volumes}/2`,
    claim('meshprobe-aggregator'),
  ],
  [{ 'aggregator.replicas': 1, 'aggregator.history.existingClaim': 'mine' }, 'strategy', { type: 'Recreate' }],
  [{ 'aggregator.extraVolumes': [{ name: 'v' }] }, `${volumes}/3`, { name: 'v' }],
]

for (const [values, path, expected] of cases) {
  t.test(`${JSON.stringify(values)} gives the Deployment ${path}`, async (t) => {
    t.strictSame(at(named(await render(values), 'Deployment/meshprobe-aggregator'), `spec/${path}`), expected)
  })
}

t.test('the aggregator learns from its pod who it is, and has a heap that its limit allows', async (t) => {
  const from = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } })
  const own = { name: 'TZ', value: 'UTC' }
  const env = async (values: Values) =>
    at(named(await render(values), 'Deployment/meshprobe-aggregator'), `spec/${container}/env`)
  const always = [
    from('NODE_NAME', 'spec.nodeName'),
    from('POD_NAME', 'metadata.name'),
    from('POD_UID', 'metadata.uid'),
    from('POD_IPS', 'status.podIPs'),
    { name: 'MALLOC_ARENA_MAX', value: '1' },
  ]
  const heap = { name: 'NODE_OPTIONS', value: '--max-old-space-size=256' }
  t.strictSame(await env({ 'aggregator.extraEnv': [own] }), [...always, heap, own])
  t.strictSame(await env({ 'aggregator.nodeOptions': '' }), always)
})

t.test('aggregators are on different nodes if possible, and rather in different zones', async (t) => {
  const spread = async (values: Values, kubeVersion: string) =>
    at(
      named(await render(values, { kubeVersion }), 'Deployment/meshprobe-aggregator'),
      'spec/template/spec/topologySpreadConstraints',
    )
  const over = (topologyKey: string, whenUnsatisfiable: string, more: object) => ({
    ...{ topologyKey, maxSkew: 1, whenUnsatisfiable, labelSelector: { matchLabels: labels }, ...more },
  })
  const [node, zone] = ['kubernetes.io/hostname', 'topology.kubernetes.io/zone']
  const taints = { nodeTaintsPolicy: 'Honor' }
  const now = { ...taints, matchLabelKeys: ['pod-template-hash'] }
  t.strictSame(await spread({}, '1.34.4'), [over(node, 'DoNotSchedule', now), over(zone, 'ScheduleAnyway', now)])
  t.strictSame(await spread({}, '1.26.3-gke.1'), [
    over(node, 'DoNotSchedule', taints),
    over(zone, 'ScheduleAnyway', taints),
  ])
  // A lone worker beside nodes that take no workload would leave one pending for ever.
  t.strictSame(await spread({}, '1.25.0'), [over(node, 'ScheduleAnyway', {}), over(zone, 'ScheduleAnyway', {})])
  t.equal(await spread({ 'aggregator.spread': { nodes: '', zones: '' } }, '1.34.4'), undefined)
})

t.test('one aggregator at a time may be evicted', async (t) => {
  const budget = named(await render(), 'PodDisruptionBudget/meshprobe-aggregator')
  t.strictSame(budget['spec'], { maxUnavailable: 1, selector: { matchLabels: labels } })
  const without = await render({ 'aggregator.podDisruptionBudget.enabled': false })
  t.notOk(without.some(({ kind }) => kind === 'PodDisruptionBudget'))
})

t.test('only another setting of theirs restarts the aggregators', async (t) => {
  const checksum = async (values: Values) => {
    const pod = podOf(named(await render(values), 'Deployment/meshprobe-aggregator'))
    return new Map(Object.entries(at(pod, 'metadata/annotations') ?? {})).get('checksum/config')
  }
  const before = await checksum({})
  t.match(before, /^[0-9a-f]{64}$/)
  t.equal(await checksum({ config: { checks: { peer_mtu: { enabled: false } } } }), before)
  t.not(await checksum({ config: { round: '20s' } }), before)
  t.not(await checksum({ config: { aggregator: { local: { port: 0 } } } }), before)
})
