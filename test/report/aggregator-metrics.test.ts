import { execFileSync, spawnSync } from 'node:child_process'

import t from 'tap'

import { aggregatorMetricTable } from '../../src/report/aggregator-metric-table.ts'
import { createAggregatorMetrics } from '../../src/report/aggregator-metrics.ts'
import { prefix } from '../../src/report/metric-table.ts'
import { findingOf } from '../support/findings.ts'

const kept = { recordingBytes: 1000, historyBytes: 2000 }

function metricsWith(overrides: Partial<Parameters<typeof createAggregatorMetrics>[0]> = {}) {
  const build = { version: '0.1.0', revision: 'abc' }
  const agents = () => ({ known: 12, heard: 11 })
  const metrics = createAggregatorMetrics({ build, kept: () => kept, isLeader: () => true, agents, ...overrides })
  const judged = (findings: readonly ReturnType<typeof findingOf>[], isPast = false) =>
    metrics.judged({ findings, isPast, endMs: 1_000_000, tookMs: 30, lateMs: 500 })
  const line = async (start: string) => (await metrics.text()).text.split('\n').filter((one) => one.startsWith(start))
  return { metrics, judged, line }
}

const cut = findingOf('pod_network_cut', { kind: 'node', name: 'n1' })

t.test('the page is what the table says, and promtool finds nothing', async (t) => {
  const { metrics, judged } = metricsWith()
  judged([cut])
  metrics.unread('timeout')
  metrics.kubernetesRequest('list', '200')
  const { text } = await metrics.text()
  const shown = [...text.matchAll(new RegExp(`^# TYPE ${prefix}(\\w+) (\\w+)$`, 'gm'))]
  t.strictSame(
    Object.fromEntries(shown.map(([, name, type]) => [name, type])),
    Object.fromEntries(Object.entries(aggregatorMetricTable).map(([name, { type }]) => [name, type])),
  )
  if (spawnSync('promtool', ['--version']).error !== undefined && process.env['CI'] === undefined) {
    t.comment('promtool is not installed: not checked (apt-get install prometheus)')
    return
  }
  t.equal(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' }), '')
})

t.test('a finding is shown while it is open, and counted once', async (t) => {
  const { judged, line } = metricsWith()
  const shown = () => line('meshprobe_finding{')
  const opened = () => line('meshprobe_findings_opened_total{fault="pod_network_cut"')
  t.strictSame(await opened(), ['meshprobe_findings_opened_total{fault="pod_network_cut"} 0'])
  judged([cut])
  judged([cut])
  t.strictSame(await shown(), [
    `meshprobe_finding{fault="pod_network_cut",entity_kind="node",entity="n1",confidence="${cut.confidence}"} 1`,
  ])
  judged([{ ...cut, state: 'recovering' }])
  t.strictSame(await shown(), [])
  judged([cut])
  t.strictSame(await opened(), ['meshprobe_findings_opened_total{fault="pod_network_cut"} 1'], 'it is the same one')
  judged([{ ...cut, state: 'closed' }])
  t.strictSame(await shown(), [])
})

t.test('what was found in rounds of before the start is open, and was not opened', async (t) => {
  const { judged, line } = metricsWith()
  judged([cut], true)
  judged([cut])
  t.equal((await line('meshprobe_finding{')).length, 1)
  t.strictSame(await line('meshprobe_findings_opened_total{fault="pod_network_cut"'), [
    'meshprobe_findings_opened_total{fault="pod_network_cut"} 0',
  ])
  t.strictSame(await line('meshprobe_rounds_judged_total'), ['meshprobe_rounds_judged_total 1'])
})

t.test('it says how much it hears, keeps and is hindered', async (t) => {
  const { line } = metricsWith({ kept: () => ({ ...kept, trouble: 'the disk is full' }), isLeader: () => false })
  t.strictSame(await line('meshprobe_agents'), ['meshprobe_agents 12', 'meshprobe_agents_heard 11'])
  t.strictSame(await line('meshprobe_history'), ['meshprobe_history_bytes 2000', 'meshprobe_history_trouble 1'])
  t.strictSame(await line('meshprobe_leader'), ['meshprobe_leader 0'])
  t.strictSame(await line('meshprobe_pull_failures_total{reason="timeout"'), [
    'meshprobe_pull_failures_total{reason="timeout"} 0',
  ])
})
