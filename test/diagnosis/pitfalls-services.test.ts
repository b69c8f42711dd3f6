import t from 'tap'
import * as scenarios from '../../src/simulate/scenarios/list.ts'
import { altered, everNamed } from './altered.ts'
import { type Drawing, diagnosed } from './drawn.ts'
import { foundIn } from './simulated.ts'

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
