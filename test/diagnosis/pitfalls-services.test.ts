import t from 'tap'

import type { Check } from '../../src/model/check.ts'
import { spread } from '../../src/model/hash.ts'
import type { Round } from '../../src/model/round.ts'
import * as scenarios from '../../src/simulate/scenarios/list.ts'
import { altered, type Cell, everNamed } from './altered.ts'
import { type Drawing, diagnosed } from './drawn.ts'
import { foundIn } from './simulated.ts'

const virtual: readonly Check[] = ['clusterip', 'dns_service', 'apiserver_service']

t.test('a dead backend among five is a fault of the Service, from whichever node it is asked', async (t) => {
  const found = foundIn({ scenario: scenarios.serviceStale, nodes: 12, zones: 3, noise: 'N0', seed: 2 })
  t.strictSame(found, ['service_stale meshprobe/meshprobe'])
})

t.test('a dead backend is named while agents elsewhere starve: more is lost than what led to them', async (t) => {
  const found = foundIn({ scenario: scenarios.serviceStale, nodes: 100, zones: 3, noise: 'N2', seed: 103 })
  t.strictSame(
    found.filter((one) => !one.startsWith('agent_slow ')),
    ['service_stale meshprobe/meshprobe'],
  )
})

t.test(
  'what is shared and fails a part of what everybody asks is named, wherever it runs, and no path to it',
  async (t) => {
    const parts = [
      ['dns_replica', 'kube-system/dns-1', /^dns_replica_down .*: does not answer every question: internal \d/],
      ['dns_service', 'kube-system/kube-dns', /^dns_service /],
      ['clusterip', 'meshprobe/meshprobe', /^service_stale meshprobe/],
      ['ingress', 'ingress/web', /^ingress_address /],
      ['ingress_replica', 'ingress/in-1', /^ingress_replica /],
      ['apiserver_service', 'kubernetes', /^service_stale kubernetes: .* an endpoint behind it is dead$/],
      ['apiserver_endpoint', '10.0.0.1', /^apiserver_endpoint .* does not always answer/],
    ] as const
    for (const [check, target, found] of parts) {
      const isLost = ({ round, node }: Round, cell: Cell) =>
        cell.check === check && cell.target === target && spread(`${round}|${node}|${cell.variant}`, 10) < 3
      const drawing: Drawing = {
        round: (round) => altered(round, (cell) => (isLost(round, cell) ? 'timeout' : undefined)),
      }
      const rounds = Array.from({ length: 12 }, () => [1, drawing] as const)
      const told = diagnosed([[10, {}], ...rounds])
        .flat()
        .map(({ fault, text }) => `${fault} ${text}`)
      t.ok(told.length > 0, check)
      t.same(
        told.filter((one) => !found.test(one)),
        [],
        check,
      )
    }
  },
)

t.test('Services that fail half of what three nodes ask are a matter of these nodes', async (t) => {
  const nodes = ['n1', 'n4', 'n7']
  const isLost = ({ round, node }: Round, { check, variant }: Cell) =>
    nodes.includes(node) && virtual.includes(check) && spread(`${round}|${node}|${check}|${variant}`, 2) === 0
  const told = everNamed([
    [12, { round: (round) => altered(round, (cell) => (isLost(round, cell) ? 'timeout' : undefined)) }],
  ])
  t.strictSame(
    told,
    nodes.map((node) => `kube_proxy ${node}`),
  )
})

t.test(
  'what fails from some nodes only, past the virtual address too, accuses neither kube-proxy nor a path',
  async (t) => {
    const failing = (share: number, isAsker: (node: string) => boolean, asked: readonly string[]): Drawing => ({
      round: (round) =>
        altered(round, ({ check, target, variant }) => {
          const isLost = spread(`${round.round}|${round.node}|${check}|${target}|${variant}`, 100) < share
          const isAsked = asked.some((start) => check.startsWith(start))
          return isAsker(round.node) && isAsked && isLost ? 'timeout' : undefined
        }),
    })
    const isOfZone = (node: string) => node > 'n3' && node < 'n7'
    t.strictSame(everNamed([[14, failing(100, (node) => node === 'n5', [''])]]), [], 'all that one node asks')
    for (const asked of [['dns_'], ['apiserver_'], ['dns_', 'apiserver_']]) {
      t.strictSame(everNamed([[14, failing(100, (node) => node === 'n5', asked)]]), [], `${asked} of one node`)
      for (const share of [50, 100])
        t.strictSame(everNamed([[14, failing(share, isOfZone, asked)]]), [], `${asked} of a zone, ${share} %`)
    }
  },
)

t.test('replicas that fail outside names are named one by one as long as another answers them', async (t) => {
  const dnsExternal = '   kube-system/dns-1 kube-system/dns-3\n*  e e'
  t.strictSame(everNamed([[10, { dnsExternal }]]), [
    'dns_replica_external kube-system/dns-1',
    'dns_replica_external kube-system/dns-3',
  ])
})

t.test('replicas that fail together are nothing that the other could be as well', async (t) => {
  const found = diagnosed([
    [10, {}],
    [3, { dnsExternal: '   kube-system/dns-1 kube-system/dns-2\n*  x x' }],
  ]).flat()
  t.equal(found.length, 2)
  for (const { alternatives, confidence } of found)
    t.match({ alternatives, confidence }, { alternatives: [], confidence: 'medium' })
})

t.test('an API server that is asked across a broken border is not down, nor are all of them', async (t) => {
  const packets = '   n4 n5 n6\nn1 x  x  x\nn2 x  x  x\nn3 x  x  x'
  const apis = [
    '   10.0.0.1 10.0.0.2 kubernetes',
    ...['n1 . x .', 'n2 . x x', 'n3 . x .', 'n4 x . .', 'n5 x . x', 'n6 x . x'],
  ].join('\n')
  t.strictSame(everNamed([[8, { packets, apis }]]), ['zone_one_way a>b'])
  const down = '   10.0.0.1 10.0.0.2 kubernetes\n*  x x x'
  t.strictSame(everNamed([[8, { packets, apis: down }]]), ['apiserver_down kubernetes', 'zone_one_way a>b'])
})

t.test('a Service that now and then fails from one node only has old entries there', async (t) => {
  const stale: Drawing = {
    round: (round) =>
      altered(round, ({ check }) =>
        round.node === 'n4' && check === 'dns_service' && round.round % 2 === 0 ? 'timeout' : undefined,
      ),
  }
  t.strictSame(everNamed([[24, stale]]), ['kube_proxy n4'])
})
