import t from 'tap'

import { type ApiServer, openApiServer } from './api-server.ts'
import { chart, complaint, helm, named, podOf, render, set, type Values } from './helm.ts'

t.test('an API server', async (t) => {
  const api = await openApiServer(t)
  await api.kubectl(['create', 'namespace', 'ingress-nginx'])
  await api.kubectl(['label', 'namespace', 'meshprobe', 'pod-security.kubernetes.io/enforce=restricted'])

  for (const name of ['full', 'networkpolicy', 'hostnetwork', 'aggregator']) {
    await t.test(`knows every field of ci/${name}-values.yaml`, async (t) => {
      const file = ['-f', `${chart}/ci/${name}-values.yaml`]
      const objects = await helm([
        'template',
        'meshprobe',
        chart,
        '-n',
        'meshprobe',
        '--kube-version',
        '1.34.4',
        '--no-hooks',
        ...file,
      ])
      const dryRun = ['create', '--dry-run=server', '--validate=strict', '-o', 'name', '-f', '-']
      t.match(await api.kubectl(dryRun, objects), /^daemonset.apps\/meshprobe-agent$/m)
    })
  }

  await t.test('finds nothing wrong with fields that no file of values has', async () => {
    const more: Values = {
      agent: {
        hostUsers: false,
        priorityClassName: 'x',
        dnsConfig: { options: [{ name: 'ndots', value: '1' }] },
        updateStrategy: { maxSurge: 1, maxUnavailable: 0 },
      },
      loadBalancer: { enabled: true, loadBalancerClass: 'a.example/b', sourceRanges: ['192.0.2.0/24'] },
      ipFamilyPolicy: 'SingleStack',
      ipFamilies: ['IPv4'],
      resourceQuota: { enabled: true },
      aggregator: {
        replicas: 1,
        hostUsers: false,
        priorityClassName: 'y',
        auth: { enabled: true },
        nodeCondition: { enabled: true },
        history: { claim: { enabled: true, storageClassName: 'fast' } },
        podDisruptionBudget: { maxUnavailable: '50%' },
      },
    }
    const objects = await helm([
      'template',
      'meshprobe',
      chart,
      '-n',
      'meshprobe',
      '--kube-version',
      '1.34.4',
      '--no-hooks',
      ...set(more),
    ])
    await api.kubectl(['create', '--dry-run=server', '--validate=strict', '-f', '-'], objects)
  })

  await t.test('keeps nothing of a release that was uninstalled', async (t) => {
    const before = await everything(api)
    await api.apply('install', { 'loadBalancer.enabled': true, 'ingress.enabled': true, 'ingress.host': 'a.example' })
    t.ok((await everything(api)).length >= before.length + 30)
    await api.helm('uninstall', 'meshprobe')
    t.strictSame(await everything(api), before)
  })

  await t.test('lets pods into a namespace that enforces pod security "restricted"', async (t) => {
    await api.apply('install')
    const objects = await render()
    for (const name of ['DaemonSet/meshprobe-agent', 'Deployment/meshprobe-aggregator', 'Pod/meshprobe-test'])
      await admitted(api, podOf(named(objects, name)))
    await admitted(
      api,
      podOf(named(await render({ 'aggregator.nodeCondition.enabled': true }), 'Job/meshprobe-conditions')),
    )
    const host = podOf(named(await render({ 'agent.hostNetwork': true }), 'DaemonSet/meshprobe-agent'))
    t.match(await complaint(admitted(api, host)), /violates PodSecurity "restricted:latest": host namespaces/)
    await api.helm('uninstall', 'meshprobe')
  })

  await t.test('is told what to do next, and what there is to decide', async (t) => {
    const said = await api.apply('install')
    t.match(said, 'kubectl rollout status -n meshprobe daemonset/meshprobe-agent')
    t.match(said, 'kubectl rollout status -n meshprobe deployment/meshprobe-aggregator')
    t.match(said, /^ {2}kubectl meshprobe diagnose$/m)
    t.match(said, '/services/meshprobe-aggregator:http/proxy/api/v1/findings')
    t.match(said, 'helm test -n meshprobe meshprobe')
    const undecided = [
      /Service meshprobe-aggregator may read what was found, without a token/,
      /Nothing scrapes/,
      /NodePorts are not probed/,
      /No load balancer/,
      /No ingress/,
      /meshKey.existingSecret/,
    ]
    for (const point of undecided) t.match(said, point)
    await api.helm('uninstall', 'meshprobe')

    const less = await api.apply('install', {
      scrapeAnnotations: true,
      'aggregator.auth.enabled': true,
      'service.type': 'NodePort',
      'loadBalancer.enabled': true,
      'tests.enabled': false,
      ingress: { enabled: true, host: 'a.example', controller: { namespace: 'ingress-nginx', service: 'x' } },
    })
    for (const point of undecided.slice(0, 5)) t.notMatch(less, point)
    t.notMatch(less, '/proxy/', 'which keeps the token to itself')
    t.notMatch(less, 'helm test')
    t.match(less, /Still to decide:\n- With GitOps/)
    await api.helm('uninstall', 'meshprobe')
  })
})

/** The names of all objects in namespaces, and of all rights, and their kinds. */
async function everything({ kubectl }: ApiServer): Promise<readonly string[]> {
  const kinds = (await kubectl(['api-resources', '--namespaced', '--verbs=list', '-o', 'name'])).trim().split('\n')
  const all = [...kinds, 'clusterroles', 'clusterrolebindings'].join()
  const columns = 'custom-columns=KIND:.kind,NAMESPACE:.metadata.namespace,NAME:.metadata.name'
  return (await kubectl(['get', all, '-A', '--no-headers', '-o', columns])).trim().split('\n').sort()
}

async function admitted({ kubectl }: ApiServer, pod: unknown): Promise<void> {
  const { metadata, spec } = pod as { readonly metadata: object; readonly spec: object }
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: 'x', namespace: 'meshprobe' }, spec }
  await kubectl(['create', '--dry-run=server', '--validate=strict', '-f', '-'], JSON.stringify(object))
}
