import t from 'tap'

import { at, named, render, type Values } from './helm.ts'

const container = 'template/spec/containers/0'
const projected = 'template/spec/volumes'

/** Values, and what is then at a path of the DaemonSet's spec. */
const cases: readonly (readonly [Values, string, unknown])[] = [
  [{}, 'minReadySeconds', 10],
  [{}, 'updateStrategy', { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%', maxSurge: 0 } }],
  [
    { 'agent.updateStrategy': { maxUnavailable: 0, maxSurge: '25%' } },
    'updateStrategy/rollingUpdate',
    { maxUnavailable: 0, maxSurge: '25%' },
  ],
  [{ 'agent.updateStrategy.type': 'OnDelete' }, 'updateStrategy', { type: 'OnDelete' }],
  [{ 'agent.revisionHistoryLimit': 3 }, 'revisionHistoryLimit', 3],
  [{}, 'template/spec/tolerations', [{ operator: 'Exists' }]],
  [{}, 'template/spec/nodeSelector', { 'kubernetes.io/os': 'linux' }],
  [{}, 'template/spec/terminationGracePeriodSeconds', 30],
  [{}, 'template/spec/enableServiceLinks', false],
  [{}, 'template/spec/automountServiceAccountToken', false],
  [{}, 'template/spec/serviceAccountName', 'meshprobe-agent'],
  [{}, 'template/spec/priorityClassName', undefined],
  [{ 'agent.priorityClassName': 'high' }, 'template/spec/priorityClassName', 'high'],
  [{}, 'template/spec/hostNetwork', undefined],
  [{}, 'template/spec/dnsPolicy', 'ClusterFirst'],
  [{ 'agent.hostNetwork': true }, 'template/spec/hostNetwork', true],
  [{ 'agent.hostNetwork': true }, 'template/spec/dnsPolicy', 'ClusterFirstWithHostNet'],
  [{ 'agent.dnsPolicy': 'Default' }, 'template/spec/dnsPolicy', 'Default'],
  [{ 'agent.dnsConfig': { searches: ['a'] } }, 'template/spec/dnsConfig', { searches: ['a'] }],
  [{}, 'template/spec/hostUsers', undefined],
  [{ 'agent.hostUsers': false }, 'template/spec/hostUsers', false],
  [{ 'agent.runtimeClassName': 'gvisor' }, 'template/spec/runtimeClassName', 'gvisor'],
  [{}, 'template/spec/imagePullSecrets', undefined],
  [
    { 'global.imagePullSecrets': ['a', { name: 'b' }], 'image.pullSecrets': ['b', 'c'] },
    'template/spec/imagePullSecrets',
    [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
  ],
  [{ 'image.tag': 'v1' }, `${container}/image`, 'ghcr.io/meshprobe/meshprobe:v1'],
  [
    { 'image.tag': 'v1', 'global.imageRegistry': 'r.example:5000' },
    `${container}/image`,
    'r.example:5000/meshprobe/meshprobe:v1',
  ],
  [{ 'image.registry': '', 'image.repository': 'mine', 'image.tag': 'v1' }, `${container}/image`, 'mine:v1'],
  [
    { 'image.tag': 'v1', 'image.digest': `sha256:${'a'.repeat(64)}` },
    `${container}/image`,
    `ghcr.io/meshprobe/meshprobe@sha256:${'a'.repeat(64)}`,
  ],
  [{ 'image.pullPolicy': 'Never' }, `${container}/imagePullPolicy`, 'Never'],
  [{}, `${container}/command`, undefined],
  [
    { 'agent.extraArgs': ['--round=5s'] },
    `${container}/args`,
    ['agent', '--config', '/etc/meshprobe/config.json', '--round=5s'],
  ],
  [{}, `${container}/resources`, { requests: { cpu: '25m', memory: '96Mi' }, limits: { memory: '192Mi' } }],
  [{ 'agent.extraEnvFrom': [{ secretRef: { name: 'e' } }] }, `${container}/envFrom`, [{ secretRef: { name: 'e' } }]],
  [
    {},
    'template/spec/securityContext',
    {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  ],
  [
    {},
    `${container}/securityContext`,
    { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  ],
  [
    {},
    `${container}/livenessProbe`,
    { httpGet: { path: '/livez', port: 'metrics' }, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 6 },
  ],
  [
    {},
    `${container}/readinessProbe`,
    { httpGet: { path: '/readyz', port: 'metrics' }, periodSeconds: 3, timeoutSeconds: 2, failureThreshold: 1 },
  ],
  [
    {},
    `${container}/startupProbe`,
    { httpGet: { path: '/livez', port: 'metrics' }, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 30 },
  ],
  [{ 'agent.initContainers': [{ name: 'i' }] }, 'template/spec/initContainers', [{ name: 'i' }]],
  [{ 'agent.extraContainers': [{ name: 'c' }] }, 'template/spec/containers/1', { name: 'c' }],
  [{ 'agent.extraVolumes': [{ name: 'v' }] }, 'template/spec/volumes/2', { name: 'v' }],
  [{ 'agent.extraVolumeMounts': [{ name: 'v' }] }, `${container}/volumeMounts/2`, { name: 'v' }],
  [
    { 'agent.podAnnotations': { a: 'b' } },
    'template/metadata/annotations',
    {
      a: 'b',
      'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true',
      'kubectl.kubernetes.io/default-container': 'agent',
      'checksum/config': String,
    },
  ],
]

for (const [values, path, expected] of cases) {
  t.test(`${JSON.stringify(values)} gives the DaemonSet ${path}`, async (t) => {
    const found = at(named(await render(values), 'DaemonSet/meshprobe-agent'), `spec/${path}`)
    if (path.endsWith('annotations')) t.match(found, expected)
    else t.strictSame(found, expected)
  })
}

t.test('the agent learns from its pod who it is, and gets whatever else the user sets', async (t) => {
  const own = { name: 'NODE_OPTIONS', value: '--trace-warnings' }
  const objects = await render({ 'agent.extraEnv': [own] })
  const from = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } })
  t.strictSame(at(named(objects, 'DaemonSet/meshprobe-agent'), `spec/${container}/env`), [
    from('NODE_NAME', 'spec.nodeName'),
    from('NODE_ZONE', "metadata.labels['topology.kubernetes.io/zone']"),
    from('POD_NAME', 'metadata.name'),
    from('POD_UID', 'metadata.uid'),
    from('POD_IPS', 'status.podIPs'),
    from('HOST_IP', 'status.hostIP'),
    own,
  ])
})

t.test('the token is short-lived, and lies with settings and keys where the program looks for them', async (t) => {
  const spec = at(named(await render(), 'DaemonSet/meshprobe-agent'), 'spec')
  t.strictSame(at(spec, `${container}/volumeMounts`), [
    { name: 'settings', mountPath: '/etc/meshprobe', readOnly: true },
    { name: 'api-access', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
  ])
  t.strictSame(at(spec, `${projected}/0/projected`), {
    defaultMode: 0o440,
    sources: [
      { configMap: { name: 'meshprobe-agent', items: [{ key: 'config.json', path: 'config.json' }] } },
      {
        secret: {
          name: 'meshprobe-mesh-key',
          items: ['current', 'next', 'previous'].map((key) => ({ key, path: `keys/${key}` })),
        },
      },
    ],
  })
  t.strictSame(at(spec, `${projected}/1/projected`), {
    defaultMode: 0o440,
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
    ],
  })
})

t.test('pods are marked for scraping only when that is asked for', async (t) => {
  const marks = async (values: Values) => {
    const annotations = at(
      named(await render(values), 'DaemonSet/meshprobe-agent'),
      'spec/template/metadata/annotations',
    )
    return Object.entries(annotations ?? {}).filter(([key]) => key.startsWith('prometheus.io/'))
  }
  t.strictSame(await marks({}), [])
  t.strictSame(await marks({ scrapeAnnotations: true, config: { metrics: { port: 8791 } } }), [
    ['prometheus.io/scrape', 'true'],
    ['prometheus.io/port', '8791'],
    ['prometheus.io/path', '/metrics'],
  ])
})
