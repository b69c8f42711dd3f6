import { execFileSync, spawnSync } from 'node:child_process'

import t from 'tap'

import { discardReasons } from '../../src/agent/observer.ts'
import { type Check, checkNames, checks } from '../../src/model/check.ts'
import { choosePeers, ringsOf } from '../../src/model/peer-choice.ts'
import { failed, reached } from '../../src/model/result.ts'
import { durationBuckets, metricsDoc, metricTable, prefix } from '../../src/report/metric-table.ts'
import { createMetrics, type Metrics } from '../../src/report/metrics.ts'
import { peerOn, resultOf, surroundingsOf, targetAt } from '../support/agent.ts'

const defaultChecks: readonly Check[] = [
  ...(['peer_http', 'peer_tcp', 'peer_udp', 'peer_mtu', 'host_tcp', 'dns_replica', 'dns_service'] as const),
  ...(['clusterip', 'service_canary', 'nodeport'] as const),
  ...(['apiserver_service', 'apiserver_dns', 'apiserver_endpoint'] as const),
]
const build = { version: '0.1.0', revision: 'abc' }
const timeout = failed('timeout', '')
const nobody = { view: [], stable: [], selected: 0, incoming: 0, checks: new Set<Check>() }

function metricsFor(names = defaultChecks, dualStack = false): Metrics {
  const self = { node: 'node-0', zone: 'a' }
  const metrics = createMetrics({ self, discardReasons: Object.keys(discardReasons), dualStack, build })
  metrics.peers({ ...nobody, checks: new Set(names) })
  return metrics
}

/** Probes of a mesh of `count` nodes, as one agent among them reports them in a round. */
function probed(metrics: Metrics, count: number, names: readonly Check[], families: readonly (4 | 6)[]) {
  const peers = Array.from({ length: count }, (_, i) => peerOn(`node-${i}`, { zone: 'abc'[i % 3] ?? '' }))
  const rings = ringsOf(surroundingsOf(peers).view, 'test')
  const chosen = choosePeers(rings, rings, 'test', 'node-0', 1)
  const { stable, predecessors } = chosen
  metrics.peers({
    ...nobody,
    ...{ view: peers, stable, selected: chosen.peers.length, incoming: predecessors.length },
  })
  for (const family of families) {
    for (const check of names) {
      const asked = checks[check].subject === 'peer' ? chosen.peers : chosen.peers.slice(0, 1)
      for (const peer of check === 'dns_replica' ? [] : asked) {
        metrics.record(resultOf(targetAt(peer, { check, family })))
      }
      if (check !== 'dns_replica') continue
      for (let replica = 0; replica < 8; replica++) {
        for (const variant of ['internal', 'external'] as const) {
          const name = `kube-system/coredns-${replica}`
          metrics.record(resultOf({ ...targetAt(peerOn('x'), { check, variant, name, family }) }))
        }
      }
    }
  }
  metrics.discoveryRequest('list', '200', 0)
  metrics.discoveryRequest('get', '200', 0)
  metrics.late(3)
  metrics.roundEnded(1000, 0)
}

function seriesIn(page: string) {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const own = lines.filter((line) => line.startsWith(prefix))
  return { own: own.length, runtime: lines.length - own.length, lines }
}

t.test('series stay within their budget, whatever the size of the cluster', async (t) => {
  const cases = [
    ...[5, 12, 32, 5000].map((nodes) => ({ nodes, checks: defaultChecks, families: [4] as const, most: 300 })),
    ...[5, 32, 5000].map((nodes) => ({ nodes, checks: checkNames, families: [4, 6] as const, most: 550 })),
  ]
  for (const { nodes, checks, families, most } of cases) {
    const metrics = metricsFor(checks, families.length > 1)
    probed(metrics, nodes, checks, families)
    const { own, runtime } = seriesIn((await metrics.text()).text)
    t.ok(own <= most, `${nodes} nodes, ${checks.length} checks, ${families.length} families: ${own} own of ${most}`)
    t.ok(runtime <= 25, `${runtime} runtime series of 25`)
  }
  t.ok(durationBuckets.length <= 9 && durationBuckets[0] === 0.0005)
})

t.test('every check is 0 before its first probe', async (t) => {
  const { text } = await metricsFor().text()
  for (const check of defaultChecks) {
    t.match(text, `meshprobe_probes_total{source_node="node-0",source_zone="a",check="${check}"} 0`)
    t.match(text, `meshprobe_probe_failures_total{source_node="node-0",source_zone="a",check="${check}"} 0`)
    t.match(text, `meshprobe_probe_duration_seconds_count{source_node="node-0",check="${check}"} 0`)
  }
})

t.test('attempts are successes and failures', async (t) => {
  const metrics = metricsFor()
  const target = targetAt(peerOn('node-1', { zone: 'b' }))
  const [view, stable] = [[peerOn('node-1')], [peerOn('node-1', { zone: 'b' })]]
  metrics.peers({ ...nobody, view, stable })
  for (let i = 0; i < 10; i++) metrics.record(resultOf(target, i < 3 ? timeout : reached, 2))
  const { text } = await metrics.text()
  const own = 'source_node="node-0",source_zone="a"'
  for (const [name, value] of [
    [`probes_total{${own},check="peer_tcp"}`, 10],
    [`probe_failures_total{${own},check="peer_tcp"}`, 3],
    ['probe_failure_reasons_total{source_node="node-0",check="peer_tcp",reason="timeout"}', 3],
    ['probe_duration_seconds_count{source_node="node-0",check="peer_tcp"}', 7],
    [`peer_probes_total{${own},target_node="node-1",target_zone="b"}`, 10],
    [`peer_probe_failures_total{${own},target_node="node-1",target_zone="b"}`, 3],
    [`peer_probe_duration_seconds_count{${own},target_node="node-1",target_zone="b"}`, 7],
    [`zone_probes_total{${own},target_zone="b"}`, 10],
  ] as const) {
    t.ok(sorted(text).has(`${sortedLabels(prefix + name)} ${value}`), `${name} is ${value}`)
  }
})

t.test('our own loopback is no pair and no zone', async (t) => {
  const metrics = metricsFor()
  metrics.peers({ ...nobody, stable: [peerOn('node-0')] })
  metrics.record(resultOf(targetAt(peerOn('node-0'), { check: 'peer_http' })))
  t.notMatch((await metrics.text()).text, /(peer|zone)_probes_total\{/)
})

t.test('a departed peer takes its series with it after two scrapes of 30 s', async (t) => {
  const metrics = metricsFor()
  const peers = [peerOn('node-1'), peerOn('node-2')]
  metrics.peers({ ...nobody, view: peers, stable: peers })
  for (const peer of peers) metrics.record(resultOf(targetAt(peer)))
  for (let round = 0; round < 6; round++) {
    t.match((await metrics.text()).text, /target_node="node-2"/, `still there in round ${round}`)
    metrics.record(resultOf(targetAt(peerOn('node-1'))))
    metrics.roundEnded(round, 0)
  }
  const { text } = await metrics.text()
  t.notMatch(text, /target_node="node-2"/)
  t.match(text, /target_node="node-1"/)
})

t.test('the page is what the table says, and promtool finds nothing', async (t) => {
  const metrics = metricsFor(checkNames, true)
  probed(metrics, 12, checkNames, [4, 6])
  metrics.record(resultOf(targetAt(peerOn('node-1')), timeout))
  const { text, contentType } = await metrics.text()
  t.match(contentType, 'version=0.0.4')
  for (const [name, { type }] of Object.entries(metricTable)) t.match(text, `# TYPE ${prefix}${name} ${type}\n`)
  t.match(metricsDoc(), '`meshprobe_probes_total` | counter')
  if (spawnSync('promtool', ['--version']).error !== undefined && process.env['CI'] === undefined) {
    t.comment('promtool is not installed: not checked (apt-get install prometheus)')
    return
  }
  t.equal(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' }), '')
})

t.test('counting costs microseconds', async (t) => {
  const metrics = metricsFor()
  const result = resultOf(targetAt(peerOn('node-1')))
  for (let i = 0; i < 20_000; i++) metrics.record(result)
  const startMs = performance.now()
  for (let i = 0; i < 20_000; i++) metrics.record(result)
  const micros = (performance.now() - startMs) / 20
  t.comment(`${micros.toFixed(1)} µs a result`)
  t.ok(micros < 100)
})

function sorted(page: string): ReadonlySet<string> {
  return new Set(page.split('\n').map(sortedLabels))
}

function sortedLabels(line: string): string {
  return line.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(',').sort().join(',')}}`)
}
