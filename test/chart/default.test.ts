import t from 'tap'

import { chart, helm, nameOf, refusal, render } from './helm.ts'

const additions: Readonly<Record<string, readonly string[]>> = {
  full: [
    'ingress-nginx/Role/meshprobe-agent-meshprobe',
    'ingress-nginx/RoleBinding/meshprobe-agent-meshprobe',
    'meshprobe/Ingress/meshprobe',
    'meshprobe/Service/meshprobe-lb',
  ],
  monitors: ['meshprobe/PodMonitor/meshprobe-agent'],
  networkpolicy: ['meshprobe/NetworkPolicy/meshprobe-agent'],
  gateway: ['meshprobe/HTTPRoute/meshprobe'],
  hostnetwork: ['meshprobe/ResourceQuota/meshprobe-agent'],
}

t.test('without values the chart makes the agents and what they need, and nothing else', async (t) => {
  const objects = await render()
  t.strictSame(objects.map(nameOf).sort(), [
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
  ])
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
