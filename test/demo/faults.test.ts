import t from 'tap'
import {
  agents,
  apiServers,
  dnsReplicas,
  hosts,
  ingressReplicas,
  nodePort,
  type Place,
  services,
  upstream,
} from '../../src/demo/topology.ts'
import { demoFaults, readFault } from '../../src/demo/written-fault.ts'
import { connecting, echoed, endpoint, openCluster, placeIn } from './cluster.ts'

const pod = (name: string) => placeIn(agents, name)
const host = (name: string) => placeIn(hosts, name)
const dns = (name: string) => placeIn(dnsReplicas, name)

interface Case {
  readonly fault: string
  readonly silent: readonly (readonly [Place, Place])[]
  readonly reached: readonly (readonly [Place, Place])[]
}

/** By TCP connection: the SYN of one, the SYN-ACK of the other. */
const cases: readonly Case[] = [
  {
    fault: 'node_down=node-3',
    silent: [
      [pod('node-1'), pod('node-3')],
      [pod('node-3'), pod('node-1')],
      [pod('node-1'), host('node-3')],
    ],
    reached: [[pod('node-1'), pod('node-2')]],
  },
  {
    fault: 'pod_network_cut=node-3',
    silent: [
      [pod('node-1'), pod('node-3')],
      [pod('node-3'), pod('node-1')],
      [pod('node-3'), dns('dns-1')],
    ],
    reached: [
      [pod('node-3'), pod('node-3')],
      [pod('node-1'), host('node-3')],
      [pod('node-3'), host('node-1')],
      [pod('node-3'), placeIn(apiServers, 'apiserver-1')],
      [pod('node-1'), pod('node-2')],
    ],
  },
  {
    fault: 'zone_cut=zone-a:zone-b',
    silent: [
      [pod('node-1'), pod('node-5')],
      [pod('node-5'), host('node-1')],
    ],
    reached: [
      [pod('node-1'), pod('node-9')],
      [pod('node-5'), pod('node-9')],
      [pod('node-1'), pod('node-2')],
    ],
  },
  {
    fault: 'dns_replica_down=dns-2',
    silent: [[pod('node-1'), dns('dns-2')]],
    reached: [
      [pod('node-1'), dns('dns-1')],
      [pod('node-1'), pod('node-4')],
    ],
  },
  {
    fault: 'dns_replica_external=dns-2',
    silent: [[dns('dns-2'), upstream]],
    reached: [
      [pod('node-1'), dns('dns-2')],
      [dns('dns-1'), upstream],
    ],
  },
  {
    fault: 'dns_upstream',
    silent: [[dns('dns-1'), upstream]],
    reached: [[pod('node-1'), dns('dns-1')]],
  },
  {
    fault: 'ingress_replica=ingress-1',
    silent: [[pod('node-1'), placeIn(ingressReplicas, 'ingress-1')]],
    reached: [
      [pod('node-1'), placeIn(ingressReplicas, 'ingress-2')],
      [pod('node-1'), pod('node-5')],
    ],
  },
  {
    fault: 'ingress_down',
    silent: ingressReplicas.map((ingress) => [pod('node-1'), ingress] as const),
    reached: [[pod('node-1'), pod('node-5')]],
  },
  {
    fault: 'apiserver_endpoint=apiserver-1',
    silent: [[pod('node-1'), placeIn(apiServers, 'apiserver-1')]],
    reached: [[pod('node-1'), placeIn(apiServers, 'apiserver-2')]],
  },
  {
    fault: 'apiserver_down',
    silent: apiServers.map((server) => [pod('node-1'), server] as const),
    reached: [[pod('node-1'), host('node-2')]],
  },
]

t.test('a fault is silence on its paths, and nothing on all others', async (t) => {
  const cluster = await openCluster()
  t.teardown(cluster.close)
  for (const { fault, silent, reached } of cases) {
    cluster.faults.set(readFault(fault))
    const outcomes = async (paths: Case['silent']) =>
      Promise.all(paths.map(([from, to]) => connecting(cluster, from, endpoint(to))))
    const [dead, alive] = await Promise.all([outcomes(silent), outcomes(reached)])
    t.same(
      dead,
      silent.map(() => 'silence'),
      `${fault}: silent`,
    )
    t.same(
      alive,
      reached.map(([, to]) => `reached ${to.ip}`),
      `${fault}: reached`,
    )
    cluster.faults.heal(readFault(fault))
    const [healed] = silent
    if (healed) t.match(await connecting(cluster, healed[0], endpoint(healed[1])), /^reached/, `${fault}: healed`)
  }
})

t.test('one-way faults lose datagrams in their direction only', async (t) => {
  const cluster = await openCluster()
  t.teardown(cluster.close)
  const ways: readonly (readonly [string, Place, Place])[] = [
    ['pod_network_in=node-3', pod('node-1'), pod('node-3')],
    ['pod_network_out=node-3', pod('node-3'), pod('node-1')],
    ['zone_one_way=zone-a:zone-b', pod('node-1'), pod('node-5')],
  ]
  for (const [fault, from, to] of ways) {
    cluster.faults.set(readFault(fault))
    t.same(await heardBy(cluster, from, to), [], `${fault}: lost`)
    t.equal((await heardBy(cluster, to, from)).length, 1, `${fault}: the other way arrives`)
    cluster.faults.heal(readFault(fault))
  }
})

t.test('mtu loses large datagrams only', async (t) => {
  const cluster = await openCluster()
  t.teardown(cluster.close)
  const [from, to] = [pod('node-1'), endpoint(pod('node-3'))]
  t.match(await echoed(cluster, from, to, 1472), 'echo from')
  cluster.faults.set(readFault('mtu=node-3'))
  t.equal(await echoed(cluster, from, to, 1472), 'silence')
  t.match(await echoed(cluster, from, to, 200), 'echo from')
  cluster.faults.heal(readFault('mtu=node-3'))
  cluster.faults.set(readFault('mtu=zone-a:zone-b'))
  t.match(await echoed(cluster, from, to, 1472), 'echo from')
  t.equal(await echoed(cluster, from, endpoint(pod('node-6')), 1472), 'silence')
})

t.test('loss hits about one packet in five, there and back', async (t) => {
  const run = async () => {
    const cluster = await openCluster()
    cluster.faults.set(readFault('node_loss=node-3'))
    const echoes: string[] = []
    for (let i = 0; i < 60; i++) echoes.push(await echoed(cluster, pod('node-1'), endpoint(pod('node-3')), 100, 20))
    await cluster.close()
    return echoes.filter((echo) => echo === 'silence').length
  }
  const silent = await run()
  // Lost on the way there or back: 36 %.
  t.ok(silent > 10 && silent < 35, `${silent} of 60`)
})

t.test('a lost SYN is sent again after a second', async (t) => {
  const cluster = await openCluster()
  t.teardown(cluster.close)
  cluster.faults.set(readFault('pod_network_cut=node-3'))
  const began = performance.now()
  const outcome = connecting(cluster, pod('node-1'), endpoint(pod('node-3')), 3000)
  cluster.faults.heal(readFault('pod_network_cut=node-3'))
  t.match(await outcome, 'reached')
  t.ok(performance.now() - began >= 990)
})

t.test('latency delays every packet', async (t) => {
  const cluster = await openCluster()
  t.teardown(cluster.close)
  cluster.faults.set(readFault('latency=node-3'))
  const began = performance.now()
  t.match(await connecting(cluster, pod('node-1'), endpoint(pod('node-3'))), 'reached')
  t.ok(performance.now() - began >= 155)
  t.match(await echoed(cluster, pod('node-1'), endpoint(pod('node-3')), 100, 600), 'echo')
  t.ok(performance.now() - began >= 310)
})

t.test('a blocked NodePort is silent on its node only', async (t) => {
  const cluster = await openCluster()
  t.teardown(cluster.close)
  const at = (name: string) => ({ address: host(name).ip, port: nodePort })
  cluster.faults.set(readFault('nodeport_blocked=node-3'))
  t.equal(await connecting(cluster, pod('node-1'), at('node-3')), 'silence')
  t.equal(await connecting(cluster, pod('node-3'), at('node-3')), 'silence')
  t.match(await connecting(cluster, pod('node-3'), at('node-1')), 'reached')
  t.match(await connecting(cluster, pod('node-1'), endpoint(host('node-3'))), 'reached')
})

t.test('a stopped kube-proxy sends to backends that are gone, on its node only', async (t) => {
  const cluster = await openCluster()
  t.teardown(cluster.close)
  cluster.faults.set(readFault('kube_proxy=node-3'))
  const twenty = (from: Place) =>
    Promise.all(Array.from({ length: 20 }, () => connecting(cluster, from, endpoint(services.own))))
  const [stale, fresh] = await Promise.all([twenty(pod('node-3')), twenty(pod('node-4'))])
  t.ok(stale.includes('silence') && stale.some((outcome) => outcome.startsWith('reached')))
  t.ok(fresh.every((outcome) => outcome.startsWith('reached')))
})

t.test('every fault of the demo is tried by a test of this file', (t) => {
  const others = ['pod_network_in', 'pod_network_out', 'zone_one_way', 'mtu', 'node_loss', 'latency']
  const tried = [...cases.map(({ fault }) => fault.split('=')[0]), ...others, 'nodeport_blocked', 'kube_proxy']
  t.same(tried.toSorted(), demoFaults.map(({ fault }) => fault).toSorted())
  t.end()
})

/** What arrives at `to` of a datagram from `from`, counted by the one who receives. */
async function heardBy(cluster: Awaited<ReturnType<typeof openCluster>>, from: Place, to: Place): Promise<string[]> {
  const heard: string[] = []
  const receiver = cluster.transportAt(to).openUdp(4)
  const sender = cluster.transportAt(from).openUdp(4)
  await new Promise<void>((resolve) => {
    receiver.on('listening', resolve)
    receiver.bind({ port: 0 })
  })
  receiver.on('message', (bytes) => void heard.push(bytes.toString()))
  const { address, port } = receiver.address()
  await new Promise<void>((resolve) => sender.send(Buffer.from('hello'), port, address, () => resolve()))
  await new Promise((resolve) => setTimeout(resolve, 50))
  receiver.close()
  sender.close()
  return heard
}
