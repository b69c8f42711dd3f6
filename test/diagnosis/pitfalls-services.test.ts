import t from 'tap'
import * as scenarios from '../../src/simulate/scenarios/list.ts'
import { altered, everNamed } from './altered.ts'
import type { Drawing } from './drawn.ts'
import { foundIn } from './simulated.ts'

t.test('a dead backend among five is a fault of the Service, from whichever node it is asked', async (t) => {
  const found = foundIn({ scenario: scenarios.serviceStale, nodes: 12, zones: 3, noise: 'N0', seed: 2 })
  t.strictSame(found, ['service_stale meshprobe/meshprobe'])
})

t.test('replicas that fail outside names are named one by one as long as another answers them', async (t) => {
  const dnsExternal = '   kube-system/dns-1 kube-system/dns-3\n*  e e'
  t.strictSame(everNamed([[10, { dnsExternal }]]), [
    'dns_replica_external kube-system/dns-1',
    'dns_replica_external kube-system/dns-3',
  ])
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
