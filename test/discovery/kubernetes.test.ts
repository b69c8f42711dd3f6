import t from 'tap'

import { json, recorded, refuse, type ScriptedApi } from '../support/api-server.ts'
import { watchApi } from './watching.ts'

const peers = '/namespaces/meshprobe/endpointslices'

t.test('discovery knows DNS and API server before it has asked anybody', async (t) => {
  const { seen, api } = await watchApi(t)
  t.match(seen, [
    {
      view: { peers: [] },
      dnsServices: [{ name: 'kube-system/kube-dns', ip: '10.43.0.10', port: 53, family: 4 }],
      dnsNodeLocal: [],
      apiServices: [{ name: 'kubernetes', ip: '10.43.0.1', port: 443, family: 4 }],
    },
  ])
  t.equal(api.requests.length, 0)
})

t.test('discovery merges the slices of both families into one peer a node', async (t) => {
  const { latest, poll } = await watchApi(t)
  await poll()
  t.same(latest().view.peers, [
    {
      node: 'node-1',
      zone: 'zone-a',
      podUid: '0e9f4a7c-5d0e-4c1b-8a51-0a5f8b0f7d01',
      podIps: [
        { ip: '10.42.1.17', family: 4 },
        { ip: 'fd00:42:0:1::11', family: 6 },
      ],
      port: 8484,
      hostIps: [],
      hostPort: 10_250,
      ready: true,
    },
    {
      node: 'node-2',
      zone: 'zone-b',
      podUid: '1b6d2f38-93f4-4f43-b0c5-b7a0f7a1c502',
      podIps: [
        { ip: '10.42.2.17', family: 4 },
        { ip: 'fd00:42:0:2::11', family: 6 },
      ],
      port: 8484,
      hostIps: [],
      hostPort: 10_250,
      ready: false,
    },
    {
      node: 'node-4',
      zone: 'zone-a',
      podUid: '3d8b0f21-55e3-4f1f-8e8f-7f4b5e6c7d04',
      podIps: [
        { ip: '10.42.4.17', family: 4 },
        { ip: 'fd00:42:0:4::11', family: 6 },
      ],
      port: 8484,
      hostIps: [],
      hostPort: 10_250,
      ready: true,
    },
  ])
})

t.test('discovery asks for what its Role allows and for nothing else', async (t) => {
  const { api, poll } = await watchApi(t, {
    values: {
      canaryService: 'meshprobe-canary',
      loadbalancerService: 'meshprobe-lb',
      ingressName: 'meshprobe',
      ingressNamespace: 'ingress-nginx',
      ingressService: 'ingress-nginx-controller',
    },
  })
  await poll()
  t.same(
    api.requests.map(({ path, query }) => `${path} ${query.get('labelSelector') ?? ''}`.trim()),
    [
      '/apis/discovery.k8s.io/v1/namespaces/meshprobe/endpointslices kubernetes.io/service-name=meshprobe-peers',
      '/api/v1/namespaces/meshprobe/services/meshprobe',
      '/api/v1/namespaces/meshprobe/services/meshprobe-lb',
      '/api/v1/namespaces/meshprobe/services/meshprobe-canary',
      '/apis/discovery.k8s.io/v1/namespaces/meshprobe/endpointslices kubernetes.io/service-name=meshprobe-canary',
      '/apis/networking.k8s.io/v1/namespaces/meshprobe/ingresses/meshprobe',
      '/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices kubernetes.io/service-name=kube-dns',
      '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes',
      '/apis/discovery.k8s.io/v1/namespaces/ingress-nginx/endpointslices kubernetes.io/service-name=ingress-nginx-controller',
    ],
  )
  t.ok(
    api.requests.every(({ query }) => query.get('resourceVersion') === '0'),
    'everything from the cache',
  )
  t.match(api.requests[0]?.headers, {
    authorization: 'Bearer token-1',
    'accept-encoding': 'gzip',
    'user-agent': 'meshprobe/test',
  })
  t.equal(api.accepted(), 1, 'one connection')
})

t.test('discovery asks for nothing that is not configured', async (t) => {
  const { api, poll } = await watchApi(t, { values: { service: '', dnsService: '' } })
  await poll()
  t.same(
    api.requests.map(({ path }) => path.replace(/.*namespaces/, '')),
    ['/meshprobe/endpointslices', '/default/endpointslices/kubernetes'],
  )
})

t.test('discovery learns the shared targets', async (t) => {
  const { api, latest, poll } = await watchApi(t, {
    values: {
      loadbalancerService: 'meshprobe-lb',
      ingressName: 'meshprobe',
      ingressNamespace: 'ingress-nginx',
      ingressService: 'ingress-nginx-controller',
    },
  })
  api.script('/services/meshprobe', json(recorded('service-node-port')))
  api.script('/services/meshprobe-lb', json(recorded('service-load-balancer-ip')))
  api.script('/ingresses/meshprobe', json(recorded('ingress')))
  api.script('/kube-system/endpointslices', json(recorded('dns')))
  api.script('/endpointslices/kubernetes', json(recorded('kubernetes')))
  api.script('/ingress-nginx/endpointslices', json(recorded('ingress-controllers')))
  await poll()
  const { view: _, dnsServices: __, apiServices: ___, ...shared } = latest()
  t.same(shared, {
    dnsReplicas: [
      { name: 'kube-system/coredns-6799fbcd5-fb8kz', ip: '10.42.1.3', family: 4, port: 53 },
      { name: 'kube-system/coredns-6799fbcd5-x7j2m', ip: '10.42.2.4', family: 4, port: 53 },
    ],
    dnsNodeLocal: [],
    clusterIps: [
      { name: 'meshprobe/meshprobe', ip: '10.43.17.200', family: 4, port: 80 },
      { name: 'meshprobe/meshprobe', ip: 'fd00:43::7:200', family: 6, port: 80 },
    ],
    canaryIps: [],
    canary: [],
    nodePort: 30_484,
    loadBalancers: [
      { name: 'meshprobe/meshprobe-lb', ip: '203.0.113.40', family: 4, port: 80, observable: false },
      { name: 'meshprobe/meshprobe-lb', ip: '203.0.113.41', family: 4, port: 80, observable: true },
    ],
    ingressAddresses: [{ name: 'meshprobe/meshprobe', ip: '203.0.113.50', family: 4, port: 443 }],
    ingressReplicas: [
      { name: 'ingress-nginx/ingress-nginx-controller-5b7c9d6f8-l2k4p', ip: '10.42.2.30', family: 4, port: 443 },
    ],
    apiEndpoints: ['192.0.2.11', '192.0.2.12', '192.0.2.13'].map((ip) => ({
      name: 'kubernetes',
      ip,
      family: 4,
      port: 6443,
    })),
  })
})

t.test('discovery resolves the name of a load balancer, and keeps the address when DNS fails', async (t) => {
  const answers = [['198.51.100.7', '198.51.100.8'], []]
  const { api, latest, poll, seen } = await watchApi(t, { deps: { resolve: async () => answers.shift() ?? [] } })
  api.script('/services/meshprobe', json(recorded('service-load-balancer-name')))
  await poll()
  const balancers = [
    { ip: '198.51.100.7', observable: true },
    { ip: '198.51.100.8', observable: true },
  ]
  t.match(latest().loadBalancers, balancers)
  await poll()
  t.match(latest().loadBalancers, balancers)
  t.equal(answers.length, 0)
  t.equal(seen.length, 2)
})

t.test('discovery follows the generations of the canary', async (t) => {
  const { api, latest, poll } = await watchApi(t, { values: { canaryService: 'meshprobe-canary' } })
  api.script(peers, json(recorded('peers')), json(recorded('canary')))
  await poll()
  t.same(latest().canary, [{ sinceMs: 1_793_000_460_000, nodes: ['node-1', 'node-4'] }])
})

t.test('the canary Service is asked while somebody turns it', async (t) => {
  const { api, latest, poll, clock } = await watchApi(t, { values: { canaryService: 'meshprobe-canary' } })
  api.script('/services/meshprobe-canary', json(recorded('service-node-port')))
  const turned = (ms: number) =>
    json(JSON.parse(JSON.stringify(recorded('canary')).replaceAll('1793000460000', String(ms))))
  api.script(peers, json(recorded('peers')), turned(clock.wallMs() - 400_000))
  await poll()
  t.same(latest().canaryIps, [], 'nobody has for more than five minutes')
  api.script(peers, json(recorded('peers')), turned(clock.wallMs()))
  await poll()
  t.not(latest().canaryIps.length, 0)
})

t.test('discovery yields only what changed, and keeps the peers that did not', async (t) => {
  const { api, seen, latest, poll } = await watchApi(t)
  await poll()
  t.equal(seen.length, 2)
  await poll()
  t.equal(api.requestsFor(peers).length, 2)
  t.equal(seen.length, 2)
  const [kept] = latest().view.peers
  const changed = JSON.stringify(recorded('peers')).replaceAll('"ready":false,"serving":false', '"ready":true')
  api.script(peers, json(JSON.parse(changed)))
  await poll()
  t.equal(seen.length, 3)
  t.match(latest().view.peers, [{ node: 'node-1' }, { node: 'node-2', ready: true }, { node: 'node-4' }])
  t.equal(latest().view.peers[0], kept)
})

t.test('discovery of a stopped agent ends at once and lets go of its connection', async (t) => {
  const { api, stop, clock } = await watchApi(t, { values: { timeout: 20_000 } })
  const asked = new Promise<void>((resolve) => api.script(peers, () => resolve()))
  await clock.advance(1000)
  await asked
  t.equal(api.open(), 1)
  const startMs = performance.now()
  await stop()
  await closed(api)
  t.ok(performance.now() - startMs < 2000)
  t.same(clock.sleeping(), [])
})

t.test('discovery holds no connection between two polls', async (t) => {
  const { api, poll } = await watchApi(t)
  await poll()
  t.ok(await closed(api))
  await poll()
  t.equal(api.accepted(), 2)
})

async function closed(api: ScriptedApi): Promise<boolean> {
  const untilMs = performance.now() + 2000
  while (api.open() > 0 && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 5))
  return api.open() === 0
}

t.test('discovery in a hurry asks soon, unless the API server is in trouble', async (t) => {
  const { api, poll, hurry } = await watchApi(t)
  await poll()
  hurry()
  t.equal(await hurried(poll), 500)
  t.equal(api.requestsFor(peers).length, 2)
  await poll()
  await poll()
  api.script(peers, refuse(500), json(recorded('peers')))
  await poll()
  hurry()
  t.equal(await hurried(poll), 2812.5)
})

async function hurried(poll: () => Promise<number>): Promise<number> {
  // The sleep that was cut short has to end before the shorter one begins.
  await new Promise((resolve) => setImmediate(resolve))
  return poll()
}

t.test('discovery outside of a cluster says what is missing', async (t) => {
  await t.rejects(watchApi(t, { values: { serverHost: '' }, deps: { env: {} } }), {
    message: 'serverHost: expected an API server, got neither this setting nor KUBERNETES_SERVICE_HOST',
  })
})
