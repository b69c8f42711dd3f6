import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

import t from 'tap'

import { type Check, checkNames, checks } from '../../src/model/check.ts'
import { choosePeers, ringsOf, viewOf } from '../../src/model/peer-choice.ts'
import { failed, type Outcome, reached } from '../../src/model/result.ts'
import { durationBuckets, metricTable, prefix } from '../../src/report/metric-table.ts'
import type { Metrics } from '../../src/report/metrics.ts'
import { metricsDoc } from '../../src/report/metrics-doc.ts'
import { peerOn, resultOf, targetAt } from '../support/agent.ts'
import { crowdOf } from '../support/crowd.ts'
import { metricsFor, seriesOf, valueIn } from '../support/metrics.ts'

/** Those that have somebody to ask in a cluster without any setting. */
const defaultChecks: readonly Check[] = [
  ...(['peer_http', 'peer_tcp', 'peer_udp', 'peer_mtu', 'host_tcp', 'dns_replica', 'dns_service'] as const),
  ...(['clusterip', 'service_canary', 'nodeport'] as const),
  ...(['apiserver_service', 'apiserver_dns', 'apiserver_endpoint'] as const),
]
const timeout = failed('timeout', '')

t.test('series stay within their budget, whatever the size of the cluster', async (t) => {
  for (const { what, names, families, most } of [
    { what: 'by default', names: defaultChecks, families: [4] as const, most: 300 },
    { what: 'with everything', names: checkNames, families: [4, 6] as const, most: 550 },
  ]) {
    for (const nodes of [5, 12, 32, 5000]) {
      const metrics = metricsFor(names, families.length > 1)
      probed(metrics, { nodes, names, families, outcome: reached })
      const healthy = (await seriesOf(metrics)).filter(({ ours }) => ours).length
      for (const outcome of [timeout, failed('unreachable', '')]) probed(metrics, { nodes, names, families, outcome })
      const series = await seriesOf(metrics)
      const [own, runtime] = [series.filter(({ ours }) => ours).length, series.filter(({ ours }) => !ours).length]
      t.ok(own <= most, `${nodes} nodes ${what}: ${healthy} of ${most}, ${own} once all has failed in two ways`)
      t.ok(runtime <= 25, `${runtime} runtime series of 25`)
    }
  }
  t.ok(durationBuckets.length <= 9 && durationBuckets[0] === 0.0005)
})

t.test('the page is what the table says, and promtool finds nothing', async (t) => {
  const metrics = metricsFor(checkNames, true)
  probed(metrics, { nodes: 12, names: checkNames, families: [4, 6], outcome: reached })
  metrics.record(resultOf(targetAt(peerOn('node-1')), timeout))
  const { text, contentType } = await metrics.text()
  t.match(contentType, 'version=0.0.4')
  const shown = [...text.matchAll(new RegExp(`^# TYPE ${prefix}(\\w+) (\\w+)$`, 'gm'))]
  t.strictSame(
    Object.fromEntries(shown.map(([, name, type]) => [name, type])),
    Object.fromEntries(Object.entries(metricTable).map(([name, { type }]) => [name, type])),
  )
  if (spawnSync('promtool', ['--version']).error !== undefined && process.env['CI'] === undefined) {
    t.comment('promtool is not installed: not checked (apt-get install prometheus)')
    return
  }
  t.equal(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' }), '')
})

t.test('docs/metrics.md is what the table says', async (t) => {
  t.equal(readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8'), metricsDoc())
})

t.test('the process says what it uses itself', async (t) => {
  const metrics = metricsFor([])
  await metrics.text()
  const series = await seriesOf(metrics)
  const { user, system } = process.cpuUsage()
  const runtime = (name: string) => valueIn(series, name) ?? Number.NaN
  t.ok(Math.abs(runtime('process_cpu_seconds_total') - (user + system) / 1e6) < 0.2, 'read twice, counted once')
  t.ok(Math.abs(runtime('process_start_time_seconds') - (Date.now() / 1000 - process.uptime())) < 2)
  t.ok(runtime('process_resident_memory_bytes') > runtime('nodejs_heap_size_used_bytes'))
  t.ok(runtime('nodejs_heap_size_used_bytes') > 1e6)
  t.ok(process.platform !== 'linux' || runtime('process_open_fds') > 2)
})

t.test('counting costs microseconds, a page about a millisecond', async (t) => {
  const metrics = metricsFor(defaultChecks)
  probed(metrics, { nodes: 5000, names: defaultChecks, families: [4], outcome: reached })
  const result = resultOf(targetAt(peerOn('node-1')))
  const micros = await millisPer(20_000, () => metrics.record(result)).then((ms) => ms * 1000)
  const pageMs = await millisPer(100, () => metrics.text())
  t.comment(`${micros.toFixed(1)} µs a result, ${pageMs.toFixed(2)} ms a page`)
  t.ok(micros < 100)
  t.ok(pageMs < 25)
})

interface Mesh {
  readonly nodes: number
  readonly names: readonly Check[]
  readonly families: readonly (4 | 6)[]
  readonly outcome: Outcome
}

/** What one agent of a mesh reports in a round in which every probe ends the same way. */
function probed(metrics: Metrics, { nodes, names, families, outcome }: Mesh): void {
  const view = crowdOf(nodes)
  const rings = ringsOf(viewOf(view), 'test')
  const { stable, peers, predecessors } = choosePeers(rings, rings, 'test', 'node-0', 1)
  metrics.peers({ view, stable, selected: peers.length, incoming: predecessors.length, checks: new Set(names) })
  const asked = families.flatMap((family) => names.map((check) => ({ family, check })))
  for (const { family, check } of asked.filter(({ check }) => check !== 'dns_replica')) {
    const those = checks[check].subject === 'peer' ? peers : peers.slice(0, 1)
    for (const peer of those) metrics.record(resultOf(targetAt(peer, { check, family }), outcome))
  }
  for (const { family, check } of asked.filter(({ check }) => check === 'dns_replica')) {
    for (let replica = 0; replica < 16; replica++) {
      const variant = replica % 2 === 0 ? 'internal' : 'external'
      const name = `kube-system/coredns-${replica >> 1}`
      metrics.record(resultOf(targetAt(peerOn('x'), { check, family, variant, name }), outcome))
    }
  }
  for (const verb of ['list', 'get']) metrics.discoveryRequest(verb, '200', 0)
  metrics.late(3)
  metrics.roundEnded(1000, 0)
}

async function millisPer(times: number, work: () => unknown): Promise<number> {
  for (let i = 0; i < times; i++) await work()
  const began = performance.now()
  for (let i = 0; i < times; i++) await work()
  return (performance.now() - began) / times
}
