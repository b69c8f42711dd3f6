import t from 'tap'
import * as scenarios from '../../src/simulate/scenarios/list.ts'
import { altered, type Cell, everNamed, losing } from './altered.ts'
import type { Drawing } from './drawn.ts'
import { foundIn } from './simulated.ts'

const zoneOf = (node: string) => (node < 'n4' ? 'a' : node < 'n7' ? 'b' : 'c')

const isOfZones = (name: string) => name.includes('zone-') || name.includes('cluster')

t.test('faint loss that no connection notices is seen in datagrams', async (t) => {
  const faint = losing(0.1, (from, to) => from === 'n4' || to === 'n4')
  const found = everNamed([[26, faint]])
  t.ok(found.includes('pod_network_cut n4'))
  t.strictSame(
    found.filter((name) => !name.endsWith(' n4')),
    [],
    'and is no matter of more than this node',
  )
})

t.test('one bad path of many is a matter of the fabric, not of the pairs whose flows take it', async (t) => {
  t.strictSame(foundIn({ scenario: scenarios.spine, nodes: 12, zones: 3, noise: 'N0', seed: 1 }), [
    'fabric_loss cluster',
  ])
})

t.test('several dead nodes are several dead nodes, not a faint fault of everything', async (t) => {
  const packets = '   n1 n5 n9 *\nn1 x x x x\nn5 x x x x\nn9 x x x x\n*  x x x .'
  const toThem = '   n1 n5 n9\n*  x x x'
  const dead = { packets, hosts: toThem, nodePorts: toThem, unread: ['n1', 'n5', 'n9'] }
  t.strictSame(everNamed([[10, dead]]), ['node_down n1', 'node_down n5', 'node_down n9'])
})

t.test('faint loss between two zones is no fault of their nodes', async (t) => {
  const faint = losing(0.15, (from, to) => zoneOf(from) === 'a' && zoneOf(to) === 'b')
  t.strictSame(everNamed([[26, faint]]), ['zone_loss a>b'])
})

t.test(
  'beside a border that is cut nothing faint is told of who is not heard: it may starve and cannot say so',
  async (t) => {
    t.strictSame(
      foundIn({ scenario: scenarios.zoneCut, nodes: 60, zones: 3, noise: 'N3', seed: 4 }).filter(isOfZones),
      ['zone_cut zone-b|zone-c'],
    )
  },
)

t.test('NodePorts fail with the pod network that they hand requests on to', async (t) => {
  const cut = { packets: '   n4 *\nn4 .  x\n*  x  .', unread: ['n4'] }
  const [from, all] = ['   *\nn4 x', '   n4 *\nn4 .  x\n*  x  .']
  for (const nodePorts of ['', from, all])
    t.strictSame(everNamed([[10, { ...cut, nodePorts }]]), ['pod_network_cut n4'])
})

t.test('two nodes that are all of their zones are too few to accuse what lies between', async (t) => {
  const alone = { n7: 'd', n9: 'e' } as const
  const zone = (node: string) => ({ ...(node in alone && { zone: alone[node as keyof typeof alone] }) })
  const small: Drawing = {
    packets: '   n7 n9\nn7 .  x\nn9 x  .',
    view: ({ nodes }) => ({ nodes: nodes.map((row) => ({ ...row, ...zone(row.node) })) }),
    round: ({ node }) => zone(node),
  }
  t.strictSame(everNamed([[10, small]]), ['link n7|n9'])
})

t.test('of a zone that is cut from one other, and not heard of by the third, only that border is told', async (t) => {
  const found = foundIn({ scenario: scenarios.twoZoneFaults, nodes: 12, zones: 3, noise: 'N2', seed: 65 })
  t.notOk(
    found.some((one) => one.startsWith('zone_isolated ')),
    found.join(),
  )
})

t.test('where no datagram passes, or no request, and connections do, packets are not lost', async (t) => {
  const failing = (isLost: (cell: Cell) => boolean): Drawing => ({
    round: (round) => altered(round, (cell) => (isLost(cell) ? 'timeout' : undefined)),
  })
  t.strictSame(everNamed([[12, failing(({ check }) => check === 'peer_udp')]]), [])
  t.strictSame(everNamed([[12, failing(({ check, target }) => check === 'peer_http' && target === 'n5')]]), [])
})

t.test('the only node of a zone is told by its border when it loses what crosses one of them only', async (t) => {
  const run = { nodes: 6, zones: 3, noise: 'N1', seed: 61 } as const
  t.strictSame(foundIn({ ...run, scenario: scenarios.zoneLoss }), ['zone_loss zone-a|zone-b'])
  t.strictSame(foundIn({ ...run, scenario: scenarios.mtuZonePair }), ['mtu zone-a|zone-b'])
  const off = foundIn({ nodes: 12, zones: 3, noise: 'N1', seed: 73, scenario: scenarios.smallZone })
  t.strictSame(off, ['node_down node-12'])
})
