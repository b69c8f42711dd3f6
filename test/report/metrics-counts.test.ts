import t from 'tap'

import { discardReasons } from '../../src/agent/observer.ts'
import { type Reason, reasons } from '../../src/model/failure.ts'
import { failed, reached } from '../../src/model/result.ts'
import { peerOn, resultOf, targetAt } from '../support/agent.ts'
import { metricsFor, nobody, seriesOf, valueIn } from '../support/metrics.ts'

const target = targetAt(peerOn('node-1', { zone: 'b' }))
const timeout = failed('timeout', '')

t.test('every check that asks somebody is 0 before its first probe, and others have no series', async (t) => {
  const series = await seriesOf(metricsFor(['peer_tcp', 'dns_replica']))
  for (const check of ['peer_tcp', 'dns_replica']) {
    t.equal(valueIn(series, 'probes_total', { check }), 0)
    t.equal(valueIn(series, 'probe_failures_total', { check }), 0)
    t.equal(valueIn(series, 'probe_duration_seconds_count', { check }), 0)
  }
  t.notOk(series.some(({ labels }) => labels['check'] === 'ingress'))
})

t.test(
  'attempts are successes and failures, for checks, pairs and zones, and reasons add up to failures',
  async (t) => {
    const metrics = metricsFor(['peer_tcp'])
    const outcomes = [timeout, reached, failed('reset', ''), reached, reached, timeout]
    metrics.peers({ ...nobody, stable: [peerOn('node-1', { zone: 'b' })] })
    for (const outcome of outcomes) metrics.record(resultOf(target, outcome, 2))
    const series = await seriesOf(metrics)
    const pair = { target_node: 'node-1', target_zone: 'b' }
    for (const [name, labels] of [
      ['probe', { check: 'peer_tcp' }],
      ['peer_probe', pair],
      ['zone_probe', { target_zone: 'b' }],
    ] as const) {
      t.equal(valueIn(series, `${name}s_total`, labels), 6)
      t.equal(valueIn(series, `${name}_failures_total`, labels), 3)
    }
    t.equal(valueIn(series, 'probe_failure_reasons_total', { check: 'peer_tcp', reason: 'timeout' }), 2)
    t.equal(valueIn(series, 'probe_failure_reasons_total', { check: 'peer_tcp', reason: 'reset' }), 1)
    t.equal(valueIn(series, 'probe_duration_seconds_count', { check: 'peer_tcp' }), 3)
    t.equal(valueIn(series, 'peer_probe_duration_seconds_count', pair), 3)
  },
)

t.test('when our zone becomes known, the series without a zone make room', async (t) => {
  const self = { node: 'node-0', zone: '' }
  const checks = new Set(['peer_tcp', 'dns_service'] as const)
  const metrics = metricsFor([...checks], false, self)
  self.zone = 'a'
  metrics.peers({ ...nobody, checks })
  metrics.record(resultOf(target, reached))
  const { text } = await metrics.text()
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('meshprobe_probes_total{'))
    .sort()
  t.same(lines, [
    'meshprobe_probes_total{source_node="node-0",source_zone="a",check="dns_service"} 0',
    'meshprobe_probes_total{source_node="node-0",source_zone="a",check="peer_tcp"} 1',
  ])
})

t.test('a reason that never occurred has no series; every one that can has its word', async (t) => {
  const metrics = metricsFor(['peer_tcp'])
  const shown = async () => (await seriesOf(metrics)).filter(({ name }) => name === 'probe_failure_reasons_total')
  t.strictSame(await shown(), [])
  for (const reason of Object.keys(reasons)) metrics.record(resultOf(target, failed(reason as Reason, '')))
  t.strictSame(
    (await shown()).map(({ labels }) => labels['reason']),
    Object.keys(reasons),
  )
})

t.test('durations are seconds, of successes only', async (t) => {
  const metrics = metricsFor(['peer_tcp'])
  metrics.peers({ ...nobody, stable: [peerOn('node-1', { zone: 'b' })] })
  for (const ms of [2, 40]) metrics.record(resultOf(target, reached, ms))
  metrics.record(resultOf(target, timeout, 2000))
  const series = await seriesOf(metrics)
  const check = 'peer_tcp'
  t.equal(valueIn(series, 'probe_duration_seconds_sum', { check }), 0.042)
  t.equal(valueIn(series, 'peer_probe_duration_seconds_sum', { target_node: 'node-1', target_zone: 'b' }), 0.042)
  const upTo = (le: string) => valueIn(series, 'probe_duration_seconds_bucket', { check, le })
  t.strictSame([upTo('0.001'), upTo('0.0025'), upTo('0.05'), upTo('+Inf')], [0, 1, 2, 2])
})

t.test('every reason to discard a result is 0 from the start, and counts', async (t) => {
  const metrics = metricsFor([])
  const before = await seriesOf(metrics)
  for (const reason of Object.keys(discardReasons)) t.equal(valueIn(before, 'probes_discarded_total', { reason }), 0)
  metrics.discarded('warmup', 5)
  metrics.discarded('warmup', 2)
  const after = await seriesOf(metrics)
  t.equal(valueIn(after, 'probes_discarded_total', { reason: 'warmup' }), 7)
  t.equal(valueIn(after, 'probes_discarded_total', { reason: 'peer_removed' }), 0)
})

t.test('peers are counted by readiness, and whom we ask and who asks us beside them', async (t) => {
  const metrics = metricsFor([])
  const view = [peerOn('node-0'), peerOn('node-1'), peerOn('node-2', { ready: false })]
  metrics.peers({ ...nobody, view, selected: 16, incoming: 7 })
  const series = await seriesOf(metrics)
  t.equal(valueIn(series, 'peers', { state: 'ready' }), 2)
  t.equal(valueIn(series, 'peers', { state: 'unready' }), 1)
  t.equal(valueIn(series, 'peers_selected'), 16)
  t.equal(valueIn(series, 'incoming_peers'), 7)
})

t.test('times are seconds since the epoch, lateness is in seconds', async (t) => {
  const metrics = metricsFor([])
  metrics.roundEnded(1_795_239_052_500, 3)
  metrics.late(20)
  const series = await seriesOf(metrics)
  t.equal(valueIn(series, 'last_round_timestamp_seconds'), 1_795_239_052.5)
  t.equal(valueIn(series, 'starved_score'), 3)
  t.equal(valueIn(series, 'scheduler_lag_seconds_sum'), 0.02)
})

t.test('the API server last answered when it last said 200', async (t) => {
  const metrics = metricsFor([])
  metrics.discoveryRequest('list', '200', 5000)
  metrics.discoveryRequest('list', '403', 9000)
  metrics.discoveryRequest('list', '403', 9000)
  const series = await seriesOf(metrics)
  t.equal(valueIn(series, 'discovery_last_success_timestamp_seconds'), 5)
  t.equal(valueIn(series, 'discovery_requests_total', { verb: 'list', code: '200' }), 1)
  t.equal(valueIn(series, 'discovery_requests_total', { verb: 'list', code: '403' }), 2)
})
