import t from 'tap'

import * as scenarios from '../../src/simulate/scenarios/list.ts'
import { type Drawing, diagnosed, named } from './drawn.ts'
import { foundIn } from './simulated.ts'

const all = '   *\n*  x'

t.test('no DNS replica answers: that is said of each, and of nothing behind or before them', async (t) => {
  const down: Drawing = { dnsInternal: all, dnsExternal: all, services: '   kube-system/kube-dns\n*  x' }
  const replicas = ['kube-system/dns-1', 'kube-system/dns-2', 'kube-system/dns-3']
  t.strictSame(
    named(down),
    replicas.map((name) => `dns_replica_down ${name}`),
  )
  // It breaks in the middle of a round, so that a window has more and less of it.
  for (const nodes of [12, 30]) {
    const found = foundIn({ scenario: scenarios.dnsAllDown, nodes, zones: 3, noise: 'N2', seed: 3 })
    const others = found.filter((one) => !/^(dns_replica_down|agent_slow) /.test(one))
    t.strictSame(others, [], `${nodes} nodes`)
  }
})

t.test('what breaks at all nodes alike is one finding, of the cluster', async (t) => {
  t.strictSame(named({ full: all }), ['mtu cluster'])
  t.strictSame(named({ nodePorts: all }), ['nodeport_blocked cluster'])
  const [, found = []] = diagnosed([
    [10, {}],
    [3, { nodePorts: all }],
  ])
  t.match(found[0]?.text, /^cluster: the NodePorts of all nodes fail: 0\/\d+; virtual addresses (\d+)\/\1 ok$/)
})

t.test('what begins and ends at all nodes in the middle of a round is told of none of them', async (t) => {
  for (const { nodes, seed } of [
    { nodes: 12, seed: 51 },
    { nodes: 100, seed: 63 },
  ]) {
    const found = foundIn({ scenario: scenarios.mtuEverywhere, nodes, zones: 3, noise: 'N2', seed })
    const others = found.filter((one) => !one.startsWith('agent_slow '))
    t.strictSame(others, ['mtu cluster'], `${nodes} nodes`)
  }
})

t.test('what breaks at many nodes is a fault of each of them', async (t) => {
  const many = ['n1', 'n3', 'n5', 'n7']
  const to = `   ${many.join(' ')}\n*  ${many.map(() => 'x').join('  ')}`
  t.strictSame(
    named({ nodePorts: to }),
    many.map((node) => `nodeport_blocked ${node}`),
  )
})

t.test('NodePorts that fail with the Service behind them are not blocked', async (t) => {
  const services = '   meshprobe/meshprobe\n*  x'
  t.strictSame(named({ nodePorts: all, services }), ['service_stale meshprobe/meshprobe'])
})

t.test('API servers that answer all but at their virtual address have a dead address', async (t) => {
  const found = foundIn({ scenario: scenarios.apiserverAddress, nodes: 12, zones: 3, noise: 'N0', seed: 2 })
  t.strictSame(found, ['service_stale kubernetes'])
  const [, told = []] = diagnosed([
    [10, {}],
    [3, { apis: '   kubernetes\n*  x' }],
  ])
  t.match(told, [{ fault: 'service_stale', entity: { kind: 'api_server', name: 'kubernetes' } }])
})

t.test('API servers beyond a broken border have no dead address', async (t) => {
  for (const seed of [2, 3]) {
    const found = foundIn({ scenario: scenarios.zoneIsolated, nodes: 12, zones: 3, noise: 'N1', seed })
    t.notOk(
      found.some((one) => one.startsWith('service_stale')),
      found.join(),
    )
  }
})

t.test('half of the nodes that come back are no loss of all packets', async (t) => {
  for (const zones of [2, 5]) {
    const found = foundIn({ scenario: scenarios.rackCut, nodes: 6, zones, noise: 'N1', seed: 1 })
    t.notOk(
      found.some((one) => one.startsWith('fabric_loss')),
      found.join(),
    )
  }
})
