import t from 'tap'

import { allOf, expectedCells, oneOf } from '../cluster/faults/expected-cells.ts'
import type { Scene } from '../cluster/faults/scene.ts'
import { labFaults, readFault } from '../cluster/faults/set-fault.ts'
import { mustBeThere } from '../cluster/faults/target.ts'
import { planLab } from '../cluster/lab/plan.ts'

const plan = planLab({ nodes: 6, zones: 3, dnsReplicas: 2, dualStack: false, proxyMode: 'iptables' })
const podOn = (index: number, pod: string) => {
  const { name = '', zone = '' } = plan.nodes[index] ?? {}
  return { host: name, zone, ip: `198.19.${129 + index}.9${pod.length}`, pod: `${pod}-${name}` }
}
const scene: Scene = {
  plan,
  agents: plan.nodes.map((_, index) => podOn(index, 'meshprobe/agent')),
  dns: [podOn(0, 'kube-system/dns'), podOn(4, 'kube-system/dns')],
  ingress: [podOn(1, 'ingress-nginx/controller'), podOn(2, 'ingress-nginx/controller')],
  nodePort: 30790,
  ingressIp: '198.18.0.128',
}

function failing(written: string, check: string, loss = 'all'): readonly string[] {
  const { fault, target } = readFault(written)
  return expectedCells(fault, target, scene)
    .filter((cell) => cell.check === check && cell.loss === loss && cell.variant !== 'fixed')
    .map(({ source, target, variant }) => `${source}>${target}${variant === undefined ? '' : `/${variant}`}`)
}

t.test('a cut pod network is a row and a column, without its own node and without host addresses', async (t) => {
  const cells = failing('pod_network_cut=w3', 'peer_http')
  t.equal(cells.length, 10)
  t.ok(cells.every((cell) => cell.includes('w3')))
  t.notOk(cells.includes('w3>w3'))
  t.same(failing('pod_network_cut=w3', 'host_tcp'), [])
})

t.test('one direction lost fails the whole round trip, whoever asks', async (t) => {
  t.same(failing('pair_one_way=w1:w2', 'peer_http'), ['w1>w2', 'w2>w1'])
})

t.test('a node that is off takes its host address, its DNS pod and its part of the Services along', async (t) => {
  t.equal(failing('node_off=w1', 'host_tcp').length, 10)
  t.equal(failing('node_off=w1', 'dns_replica').filter((cell) => cell.endsWith('/internal')).length, 6)
  t.same(failing('node_off=w1', 'clusterip'), [], 'through a Service others are reached')
  t.equal(failing('node_off=w1', 'clusterip', 'some').length, 6)
  t.same(failing('node_off=w1', 'apiserver_service'), ['w1>*'])
})

t.test('a DNS pod without upstream fails external names only, and through the Service now and then', async (t) => {
  t.ok(failing('dns_replica_external=dns-2', 'dns_replica').every((cell) => cell.endsWith('/external')))
  t.equal(failing('dns_replica_external=dns-2', 'dns_replica').length, 6)
  t.equal(failing('dns_replica_external=dns-2', 'dns_service', 'some').length, 6)
})

t.test('what no probe crosses makes no cell fail, and every other fault makes some', async (t) => {
  for (const fault of labFaults) {
    const target = fault.example(scene)
    const touched = expectedCells(fault, target, scene).filter(({ loss }) => loss !== 'none')
    t.equal(touched.length === 0, fault.finding(target, scene) === 'none', `${fault.name}: ${touched.length} cells`)
  }
})

t.test('losses in a row add up, and of several ways each is taken now and then', async (t) => {
  t.equal(allOf(['none', 'some', 'all']), 'all')
  t.equal(allOf(['none', 'some']), 'some')
  t.equal(oneOf(['none', 'all']), 'some')
  t.equal(oneOf(['all', 'all']), 'all')
  t.equal(oneOf([]), 'none')
})

t.test('a fault that nobody knows is named, with what was meant', async (t) => {
  t.throws(() => readFault('pod_network_cutt=w3'), /no fault "pod_network_cutt", did you mean pod_network_cut\?/)
})

t.test('a target that is not there is refused with what there is', async (t) => {
  t.throws(() => mustBeThere('node', 'w9', scene), /no w9; there are w1, w2, w3, w4, w5, w6/)
  t.throws(() => mustBeThere('zone_pair', 'zone-a', scene), /expected two names as in zone-a:zone-b/)
  t.throws(() => mustBeThere('dns_pod', 'dns-1,dns-3', scene), /no dns-3; there are dns-1, dns-2/)
  for (const { name, target, example } of labFaults)
    t.doesNotThrow(() => mustBeThere(target, example(scene), scene), name)
})
