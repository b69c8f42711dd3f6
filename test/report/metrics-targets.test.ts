import t from 'tap'

import type { Check } from '../../src/model/check.ts'
import { failed } from '../../src/model/result.ts'
import type { Metrics } from '../../src/report/metrics.ts'
import { peerOn, resultOf, targetAt } from '../support/agent.ts'
import { crowdOf } from '../support/crowd.ts'
import { metricsFor, nobody, seriesOf, valueIn } from '../support/metrics.ts'

const replica = { check: 'dns_replica', variant: 'internal' } as const

t.test('pairs are the first seven stable peers; the others count by zone', async (t) => {
  const metrics = metricsFor(['peer_tcp'])
  const peers = crowdOf(20).slice(1)
  metrics.peers({ ...nobody, stable: peers })
  for (const peer of peers) metrics.record(resultOf(targetAt(peer)))
  t.strictSame(
    (await named(metrics, 'peer_probes_total')).map(({ labels }) => labels['target_node']),
    peers.slice(0, 7).map(({ node }) => node),
  )
  const zones = await named(metrics, 'zone_probes_total')
  t.equal(
    zones.reduce((sum, { value }) => sum + value, 0),
    19,
  )
})

t.test('a pair sums up all checks of the pod, and none of its host or its NodePort', async (t) => {
  const metrics = metricsFor(['peer_tcp'])
  const peer = peerOn('node-1')
  metrics.peers({ ...nobody, stable: [peer] })
  const checks: readonly Check[] = ['peer_http', 'peer_tcp', 'peer_udp', 'peer_mtu', 'host_tcp', 'nodeport']
  for (const check of checks) metrics.record(resultOf(targetAt(peer, { check })))
  const series = await seriesOf(metrics)
  t.equal(valueIn(series, 'peer_probes_total', { target_node: 'node-1', target_zone: 'a' }), 4)
  t.equal(valueIn(series, 'zone_probes_total', { target_zone: 'a' }), 4)
})

t.test('our own loopback is no pair and no zone', async (t) => {
  const metrics = metricsFor(['peer_http'])
  metrics.peers({ ...nobody, stable: [peerOn('node-0')] })
  metrics.record(resultOf(targetAt(peerOn('node-0'), { check: 'peer_http' })))
  t.strictSame(await named(metrics, 'peer_probes_total', 'zone_probes_total'), [])
  t.equal(valueIn(await seriesOf(metrics), 'probes_total', { check: 'peer_http' }), 1)
})

t.test('families are told apart on nodes that have both, and only there', async (t) => {
  const [dual, single] = [true, false].map((both) => metricsFor(['peer_tcp'], both))
  for (const metrics of [dual, single]) {
    metrics?.peers({ ...nobody, stable: [peerOn('node-1')] })
    metrics?.record(resultOf(targetAt(peerOn('node-1'), { family: 4 })))
    metrics?.record(resultOf(targetAt(peerOn('node-1'), { family: 6 }), failed('timeout', '')))
  }
  const pair = { target_node: 'node-1', target_zone: 'a' }
  const [both, one] = [dual && (await seriesOf(dual)), single && (await seriesOf(single))]
  for (const [name, labels] of [
    ['probe_failures_total', { check: 'peer_tcp' }],
    ['peer_probe_failures_total', pair],
  ] as const) {
    t.equal(valueIn(both ?? [], name, { ...labels, ip_family: '4' }), 0)
    t.equal(valueIn(both ?? [], name, { ...labels, ip_family: '6' }), 1)
    t.equal(valueIn(one ?? [], name, labels), 1)
  }
  t.notOk(one?.some(({ labels }) => 'ip_family' in labels))
})

t.test('DNS replicas count names by variant', async (t) => {
  const metrics = metricsFor(['dns_replica'])
  metrics.record(resultOf(replicaTarget('kube-system/dns-1')))
  metrics.record(resultOf({ ...replicaTarget('kube-system/dns-1'), variant: 'external' }, failed('timeout', '')))
  const series = await seriesOf(metrics)
  for (const [variant, failures] of [
    ['internal', 0],
    ['external', 1],
  ] as const) {
    const labels = { replica: 'kube-system/dns-1', variant }
    t.equal(valueIn(series, 'dns_replica_probes_total', labels), 1)
    t.equal(valueIn(series, 'dns_replica_probe_failures_total', labels), failures)
  }
})

t.test('a departed peer takes its series with it after two scrapes of 30 s', async (t) => {
  const metrics = metricsFor(['peer_tcp'])
  const [stays, goes] = [peerOn('node-1'), peerOn('node-2', { zone: 'b' })]
  metrics.peers({ ...nobody, stable: [stays, goes] })
  for (const peer of [stays, goes]) metrics.record(resultOf(targetAt(peer)))
  for (let round = 0; round < 6; round++) {
    t.equal((await seriesAbout(metrics, 'node-2')).length, 4, `still there in round ${round}`)
    metrics.record(resultOf(targetAt(stays)))
    metrics.roundEnded(round, 0)
  }
  t.strictSame(await seriesAbout(metrics, 'node-2'), [])
  t.equal((await seriesAbout(metrics, 'node-1')).length, 4)
  t.equal((await named(metrics, 'zone_probes_total')).length, 1, 'its zone is gone too: nobody is left in it')
})

t.test('a peer that is dead, but has not left, keeps its series', async (t) => {
  const metrics = metricsFor(['peer_tcp'])
  metrics.peers({ ...nobody, stable: [peerOn('node-1')] })
  for (let round = 0; round < 20; round++) {
    metrics.record(resultOf(targetAt(peerOn('node-1')), failed('timeout', '')))
    metrics.roundEnded(round, 0)
  }
  t.strictSame(
    (await named(metrics, 'peer_probe_failures_total')).map(({ value }) => value),
    [20],
  )
})

t.test('a replica that is asked by turns keeps its series between two turns', async (t) => {
  const metrics = metricsFor(['dns_replica'])
  metrics.record(resultOf({ ...replicaTarget('kube-system/dns-1'), everyRounds: 10 }))
  for (let round = 0; round < 59; round++) metrics.roundEnded(round, 0)
  t.equal((await named(metrics, 'dns_replica_probes_total')).length, 1)
  metrics.roundEnded(59, 0)
  t.strictSame(await named(metrics, 'dns_replica_probes_total', 'dns_replica_probe_failures_total'), [])
})

t.test('series stay bounded while every target is replaced, round after round', async (t) => {
  const metrics = metricsFor(['peer_tcp', 'dns_replica'])
  const counts: number[] = []
  for (let round = 0; round < 100; round++) {
    const peer = peerOn(`node-of-round-${round}`, { zone: `zone-${round}` })
    metrics.peers({ ...nobody, stable: [peer] })
    metrics.record(resultOf(targetAt(peer)))
    metrics.record(resultOf(replicaTarget(`kube-system/dns-${round}`)))
    metrics.roundEnded(round, 0)
    counts.push((await seriesOf(metrics)).length)
  }
  t.equal(Math.max(...counts), counts[6], `${counts[6]} series`)
  t.equal(counts[99], counts[6])
})

function replicaTarget(name: string) {
  const { peer: _none, ...target } = targetAt(peerOn('x'), { ...replica, name, stable: false })
  return target
}

async function named(metrics: Metrics, ...names: readonly string[]) {
  return (await seriesOf(metrics)).filter(({ name }) => names.includes(name))
}

async function seriesAbout(metrics: Metrics, node: string) {
  return (await seriesOf(metrics)).filter(({ labels }) => labels['target_node'] === node)
}
