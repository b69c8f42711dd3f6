import t from 'tap'

import { viewOf } from '../../../src/model/peer-choice.ts'
import { json } from '../../support/api-server.ts'
import { until } from '../../support/until.ts'
import { node, pod, slice } from './objects.ts'
import { type Collection, paths, type SmallCluster } from './small-cluster.ts'
import { speed, takeCensus } from './taking.ts'

function threeNodes(cluster: SmallCluster) {
  cluster.put('nodes', node('n2', 'zone-b', { cordoned: true, ip: '192.0.2.12' }), node('n1'), node('n3', ''))
  cluster.put('pods', pod('n1', { ips: ['10.42.1.9', 'fd00::1:9'] }), pod('n2', { ready: false, port: 0 }))
  cluster.put('dns', slice('kube-dns-1', [{ ip: '10.42.1.3', node: 'n1', pod: 'kube-system/coredns-a' }]))
  cluster.put('api', slice('kubernetes', [{ ip: '192.0.2.12' }, { ip: '2001:db8::9' }], 'https', 6443))
}

const peer = { podIps: [], hostIps: [], hostPort: 0, port: 0, ready: true }

t.test('the first census has everything that was listed', async (t) => {
  const { latest, shows, seen } = await takeCensus(t, { prepare: threeNodes })
  await shows(() => true)
  t.strictSame(latest(), {
    viewHash: viewOf([
      { ...peer, node: 'n1', zone: 'zone-a', podUid: 'uid-n1' },
      { ...peer, node: 'n2', zone: 'zone-b', podUid: 'uid-n2' },
    ]).hash,
    nodes: [
      { node: 'n1', zone: 'zone-a', podUid: 'uid-n1', ip: '10.42.1.9', ready: true, cordoned: false },
      { node: 'n2', zone: 'zone-b', podUid: 'uid-n2', ip: '10.42.0.9', ready: false, cordoned: true },
      { node: 'n3', zone: '', podUid: '', ready: false, cordoned: false },
    ],
    replicas: [
      { check: 'dns_replica', name: 'kube-system/coredns-a', node: 'n1' },
      { check: 'apiserver_endpoint', name: '192.0.2.12:6443', node: 'n2' },
      { check: 'apiserver_endpoint', name: '[2001:db8::9]:6443' },
    ],
    agents: [
      { node: 'n1', podUid: 'uid-n1', host: '10.42.1.9', port: 8085 },
      { node: 'n2', podUid: 'uid-n2', host: '10.42.0.9', port: 7791 },
    ],
  })
  t.equal(seen.length, 1)
})

t.test('a census asks for what its rights allow and for nothing else', async (t) => {
  const values = { ingressNamespace: 'edge', ingressService: 'nginx' }
  const controllers = slice('nginx-1', [{ ip: '10.42.2.30', node: 'n2', pod: 'edge/nginx-a' }], 'https', 443)
  const { cluster, shows, latest, counted } = await takeCensus(t, {
    values,
    prepare(cluster) {
      threeNodes(cluster)
      cluster.api.script(
        '/namespaces/edge/endpointslices',
        json({ metadata: { resourceVersion: '7' }, items: [controllers] }),
      )
    },
  })
  await shows(() => true)
  t.match(latest().replicas[1], { check: 'ingress_replica', name: 'edge/nginx-a', node: 'n2' })
  await until(() => cluster.api.requests.filter(({ query }) => query.get('watch') === '1').length >= 5)
  const asked = cluster.api.requests.filter(({ query }) => query.get('watch') !== '1')
  t.strictSame(
    asked.map(({ path, query }) => `${path}?${query}`).sort(),
    [
      `${paths.nodes}?limit=100`,
      `${paths.pods}?labelSelector=${encodeURIComponent('app.kubernetes.io/name=meshprobe,app.kubernetes.io/component=agent')}&limit=100`,
      `${paths.api}?fieldSelector=metadata.name%3Dkubernetes&limit=100`,
      `/apis/discovery.k8s.io/v1/namespaces/edge/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dnginx&limit=100`,
      `${paths.dns}?labelSelector=kubernetes.io%2Fservice-name%3Dkube-dns&limit=100`,
    ].sort(),
  )
  const [watch] = cluster.watchesAsked('nodes')
  t.equal(`${watch?.query}`, `watch=1&allowWatchBookmarks=true&resourceVersion=${cluster.version()}&timeoutSeconds=240`)
  t.match(watch?.headers, { authorization: 'Bearer token-1', 'user-agent': 'meshprobe/test' })
  t.ok(counted.some(({ verb, resource, ok }) => verb === 'watch' && resource === 'nodes' && ok))
})

t.test('changes are told as they come, and only those that matter', async (t) => {
  const { cluster, latest, shows, seen, slept } = await takeCensus(t, { prepare: threeNodes })
  await shows(() => true)
  await until(() => cluster.watches('nodes').length === 1 && cluster.watches('pods').length === 1)
  cluster.put('nodes', { ...node('n1'), heartbeat: 'a status that nobody needs' })
  // An address changes what is kept, not what is told; when it is looked at a second time, the first one has been.
  for (const ip of ['192.0.2.50', '192.0.2.51']) {
    const before = slept.length
    cluster.put('nodes', node('n1', 'zone-a', { ip }))
    await until(() => slept.length > before)
  }
  t.equal(seen.length, 1)
  cluster.put('nodes', node('n1', 'zone-a', { cordoned: true }))
  await shows(({ nodes }) => nodes[0]?.cordoned === true)
  t.equal(seen.length, 2)
  cluster.put('pods', pod('n3'))
  await shows(({ nodes }) => nodes[2]?.podUid === 'uid-n3')
  cluster.drop('nodes', 'n1')
  await shows(({ nodes }) => nodes.length === 2)
  t.strictSame(
    latest().agents.map(({ node }) => node),
    ['n2', 'n3'],
    'a node that is gone is not asked either',
  )
  cluster.drop('pods', 'agent-n3')
  await shows(({ nodes }) => nodes[1]?.podUid === '')
  t.equal(seen.length, 5)
})

t.test('a pod that leaves or is not ready stays, one that has ended has no address', async (t) => {
  const { cluster, latest, shows } = await takeCensus(t, { prepare: threeNodes })
  await shows(() => true)
  const whole = latest().viewHash
  cluster.put('pods', pod('n1', { deleted: '2026-10-02T09:00:00Z' }))
  await shows(({ nodes }) => nodes[0]?.ready === false)
  t.match(latest().nodes[0], { podUid: 'uid-n1' })
  t.match(latest().agents[0], { podUid: 'uid-n1', host: '10.42.0.9' })
  t.not(latest().viewHash, whole, 'agents forget a pod that is leaving')
  cluster.put('pods', pod('n1', { phase: 'Failed' }))
  await shows(({ agents }) => agents.length === 1)
  t.match(latest().nodes[0], { podUid: 'uid-n1', ready: false })
})

t.test('of two pods on a node the newer that is ready wins, else the newer', async (t) => {
  const old = pod('n1', { name: 'old', uid: 'z', created: '2026-10-02T08:00:00Z' })
  const young = (ready: boolean) => pod('n1', { name: 'young', uid: 'a', created: '2026-10-02T09:00:00Z', ready })
  const { cluster, latest, shows } = await takeCensus(t, {
    prepare(cluster) {
      cluster.put('nodes', node('n1'))
      cluster.put('pods', young(false), old)
    },
  })
  await shows(() => true)
  t.match(latest().nodes, [{ podUid: 'z', ready: true }])
  const hashOf = (podUid: string) => viewOf([{ ...peer, node: 'n1', zone: 'zone-a', podUid }]).hash
  t.equal(latest().viewHash, hashOf('z'))
  cluster.put('pods', young(true))
  await shows(({ nodes }) => nodes[0]?.podUid === 'a')
  t.match(latest().agents, [{ podUid: 'a' }])
  t.equal(latest().viewHash, hashOf('z'), 'agents cannot know which is newer: theirs is the last by its UID')
  cluster.put('pods', { ...old, status: {} }, young(false))
  await shows(({ nodes }) => nodes[0]?.ready === false)
  t.match(latest().nodes, [{ podUid: 'a' }])
})

t.test('a replica that was ready once stays while it is not', async (t) => {
  const row = { ip: '10.42.1.3', node: 'n1', pod: 'kube-system/coredns-a' }
  const starting = { ip: '10.42.1.4', node: 'n1', pod: 'kube-system/coredns-b', ready: false }
  const { cluster, latest, shows } = await takeCensus(t, { prepare: threeNodes })
  await shows(() => true)
  cluster.put('dns', slice('kube-dns-1', [{ ...row, ready: false, node: 'n2' }, starting]))
  await shows(({ replicas }) => replicas[0]?.node === 'n2')
  t.match(
    latest()
      .replicas.filter(({ check }) => check === 'dns_replica')
      .map(({ name }) => name),
    [row.pod],
  )
})

t.test('a burst of changes is told at most twice a second', async (t) => {
  const { cluster, shows, seen, seenMs } = await takeCensus(t, { prepare: threeNodes })
  await shows(() => true)
  await until(() => cluster.watches('nodes').length === 1)
  for (let i = 0; i < 100; i++) {
    cluster.put('nodes', node(`more-${i}`))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await shows(({ nodes }) => nodes.length === 103)
  t.ok(seen.length > 2, 'it does not wait for the end of the burst')
  const tookMs = (seenMs.at(-1) ?? 0) - (seenMs[0] ?? 0)
  // A timer of Node may come a millisecond early, and what is seen at the other end a little late.
  t.ok(tookMs >= (seen.length - 1) * (500 - speed), `${seen.length} within ${tookMs} ms`)
})

t.test('who waits for a list that never comes gets what there is after ten seconds', async (t) => {
  const { cluster, latest, shows, seen } = await takeCensus(t, {
    impatient: true,
    prepare(cluster) {
      threeNodes(cluster)
      cluster.nextLists('nodes', () => {})
    },
  })
  const startMs = performance.now()
  await shows(({ agents }) => agents.length === 2)
  t.ok(performance.now() - startMs > 9000 / speed)
  t.match(latest().nodes, [{ node: 'n1', zone: '', podUid: 'uid-n1' }, { node: 'n2' }])
  t.equal(cluster.watches('pods').length, 1)
  t.equal(seen.length, 1)
})

for (const how of ['stopped', 'left'] as const) {
  t.test(`a census that is ${how} lets go of every connection`, async (t) => {
    const { cluster, shows, stop, leave } = await takeCensus(t, { prepare: threeNodes })
    await shows(() => true)
    await until(() => ['nodes', 'pods', 'dns', 'api'].every((name) => cluster.watches(name as Collection).length === 1))
    const ended = how === 'stopped' ? stop() : leave()
    cluster.put('nodes', node('n4'))
    await ended
    await until(() => cluster.api.open() === 0)
    t.equal(cluster.api.open(), 0)
  })
}
