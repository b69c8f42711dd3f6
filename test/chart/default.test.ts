import t from 'tap'

import { chart, helm, nameOf, refusal, render } from './helm.ts'

const additions: Readonly<Record<string, readonly string[]>> = {
  full: [
    'ingress-nginx/Role/meshprobe-agent-meshprobe',
    'ingress-nginx/Role/meshprobe-aggregator-meshprobe',
    'ingress-nginx/RoleBinding/meshprobe-agent-meshprobe',
    'ingress-nginx/RoleBinding/meshprobe-aggregator-meshprobe',
    'meshprobe/Ingress/meshprobe',
    'meshprobe/Service/meshprobe-lb',
  ],
  monitors: ['meshprobe/PodMonitor/meshprobe-agent', 'meshprobe/PodMonitor/meshprobe-aggregator'],
  networkpolicy: ['meshprobe/NetworkPolicy/meshprobe-agent', 'meshprobe/NetworkPolicy/meshprobe-aggregator'],
  gateway: ['meshprobe/HTTPRoute/meshprobe'],
  aggregator: [
    'meshprobe/Job/meshprobe-conditions',
    'meshprobe/PersistentVolumeClaim/meshprobe-aggregator',
    'undefined/ClusterRole/meshprobe-conditions-meshprobe',
    'undefined/ClusterRoleBinding/meshprobe-conditions-meshprobe',
  ],
  hostnetwork: ['meshprobe/ResourceQuota/meshprobe-agent'],
}

const agents = [
  'default/Role/meshprobe-agent-meshprobe',
  'default/RoleBinding/meshprobe-agent-meshprobe',
  'kube-system/Role/meshprobe-agent-meshprobe',
  'kube-system/RoleBinding/meshprobe-agent-meshprobe',
  'meshprobe/ConfigMap/meshprobe-agent',
  'meshprobe/DaemonSet/meshprobe-agent',
  'meshprobe/Pod/meshprobe-test',
  'meshprobe/Role/meshprobe-agent',
  'meshprobe/RoleBinding/meshprobe-agent',
  'meshprobe/Secret/meshprobe-mesh-key',
  'meshprobe/Service/meshprobe',
  'meshprobe/Service/meshprobe-peers',
  'meshprobe/ServiceAccount/meshprobe-agent',
]
const aggregators = [
  'default/Role/meshprobe-aggregator-meshprobe',
  'default/RoleBinding/meshprobe-aggregator-meshprobe',
  'kube-system/Role/meshprobe-aggregator-meshprobe',
  'kube-system/RoleBinding/meshprobe-aggregator-meshprobe',
  'meshprobe/ConfigMap/meshprobe-aggregator',
  'meshprobe/Deployment/meshprobe-aggregator',
  'meshprobe/Lease/meshprobe-aggregator',
  'meshprobe/PodDisruptionBudget/meshprobe-aggregator',
  'meshprobe/Role/meshprobe-aggregator',
  'meshprobe/RoleBinding/meshprobe-aggregator',
  'meshprobe/Service/meshprobe-aggregator',
  'meshprobe/Service/meshprobe-canary',
  'meshprobe/ServiceAccount/meshprobe-aggregator',
  'undefined/ClusterRole/meshprobe-aggregator-meshprobe',
  'undefined/ClusterRoleBinding/meshprobe-aggregator-meshprobe',
]

t.test('without values the chart makes agents, aggregators and what they need, and nothing else', async (t) => {
  t.strictSame((await render()).map(nameOf).sort(), [...agents, ...aggregators].sort())
})

t.test('without aggregators there are the agents alone, and nothing for the whole cluster', async (t) => {
  t.strictSame((await render({ 'aggregator.enabled': false })).map(nameOf).sort(), agents)
})

for (const name of ['', ...Object.keys(additions)]) {
  t.test(`helm lint --strict has nothing to say about ${name || 'the default'} values`, async (t) => {
    const files = name === '' ? [] : ['-f', `${chart}/ci/${name}-values.yaml`]
    const said = await helm(['lint', '--strict', '--kube-version', '1.34.4', chart, ...files])
    t.match(said, '1 chart(s) linted, 0 chart(s) failed')
    t.notMatch(said, /WARNING|ERROR/)
  })
}

for (const [name, expected] of Object.entries(additions)) {
  t.test(`ci/${name}-values.yaml adds just its own objects`, async (t) => {
    const before = new Set((await render()).map(nameOf))
    const objects = await render({}, { files: [`ci/${name}-values.yaml`] })
    t.strictSame(
      objects
        .map(nameOf)
        .filter((object) => !before.has(object))
        .sort(),
      expected,
    )
    t.ok(objects.length >= before.size, 'and takes none away')
  })
}

t.test('Kubernetes 1.25 is new enough, with the suffixes of clouds, and 1.24 is not', async (t) => {
  t.equal(await refusal({}, { kubeVersion: '1.25.0-eks-abc' }), '')
  t.match(await refusal({}, { kubeVersion: '1.24.17' }), /requires kubeVersion: >=1.25.0-0/)
})
