import t from 'tap'

import type { Round } from '../../src/model/round.ts'
import { blindHosts } from '../cluster/faults/reach.ts'
import type { Scene } from '../cluster/faults/scene.ts'
import { labFaults, readFault } from '../cluster/faults/set-fault.ts'
import { planLab } from '../cluster/lab/plan.ts'
import { limitsOf } from '../cluster/observe/limits.ts'
import { shareOfRounds } from '../cluster/observe/rounds-run.ts'
import { cases } from '../cluster/tables/cases.ts'

const plan = planLab({ nodes: 6, zones: 3, dnsReplicas: 6, dualStack: false, proxyMode: 'iptables' })
const pods = (name: string) =>
  plan.nodes.map(({ name: host, zone }, index) => ({
    host,
    zone,
    ip: `198.19.${129 + index}.9`,
    pod: `ns/${name}-${host}`,
  }))
const scene: Scene = {
  ...{ plan, agents: pods('agent'), dns: pods('dns'), ingress: pods('ingress').slice(0, 2) },
  ...{ nodePort: 30790, ingressIp: '198.18.0.128' },
}

t.test('hard faults have 30 s; single paths, gray loss and stale rules 75 s', async (t) => {
  const slow = labFaults.filter((fault) => limitsOf([{ fault, target: fault.example(scene) }], scene).named === 75)
  t.same(
    slow.map(({ name }) => name),
    [
      ...['kube_proxy_stopped', 'mtu_pair', 'node_loss', 'pair_one_way', 'pod_network_loss', 'pod_network_loss_out'],
      ...['service_dead_endpoint', 'service_wrong_endpoint', 'zone_loss'],
    ],
  )
  t.equal(limitsOf(['pod_network_cut=w3', 'node_loss=w4'].map(readFault), scene).named, 75, 'the slower of two')
})

t.test('an aggregator is blind where it hears less than half of the agents', async (t) => {
  const aggregators = pods('aggregator').filter(({ host }) => ['w1', 'w3'].includes(host))
  const blind = (...written: readonly string[]) => [...blindHosts(written.map(readFault), scene, aggregators)]
  t.same(blind('pod_network_cut=w3'), ['w3'])
  t.same(blind('pod_network_in=w3'), ['w3'], 'it asks, and no answer arrives')
  t.same(blind('zone_cut=zone-a:zone-b', 'zone_cut=zone-a:zone-c'), ['w1'], 'two of six are too few')
  t.same(blind('node_off=w1', 'pod_network_out=w3'), ['w1', 'w3'])
  t.same(blind('zone_cut=zone-a:zone-b'), [], 'four of six are enough')
  t.same(blind('node_loss=w3'), [], 'some get through')
  t.same(blind('mtu_hole=w3'), ['w3'], 'it may ask, and rounds fill packets')
})

t.test('the rounds that ran are counted of the node with the fewest', async (t) => {
  const all = plan.nodes.flatMap(({ name }) => [1, 2, 3, 4].map((round) => ({ node: name, round, roundSeconds: 5 })))
  const share = (rounds: readonly object[]) => shareOfRounds(rounds as readonly Round[], plan, [5000, 26_000])
  t.equal(share(all).share, 1)
  t.same(share(all.filter(({ node, round }) => node !== 'w2' || round < 4)), { node: 'w2', share: 0.75 })
  t.same(share(all.filter(({ node }) => node !== 'w5')), { node: 'w5', share: 0 }, 'also of none')
  t.same(share([...all, ...all.slice(0, 1)]).share, 1, 'none twice')
})

t.test('every case breaks what the lab can break', async (t) => {
  const [leader] = pods('aggregator')
  if (leader === undefined) throw new Error('there is one')
  t.equal(new Set(cases.map(({ name }) => name)).size, cases.length)
  for (const { name, faults } of cases) t.not(faults(scene, leader).length, 0, name)
})
