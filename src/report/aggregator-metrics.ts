import { Registry } from 'prom-client'

import { type Reason, reasons } from '../model/failure.ts'
import { faults } from '../model/fault.ts'
import type { Finding } from '../model/finding.ts'
import { aggregatorMetricTable, evaluationBuckets } from './aggregator-metric-table.ts'
import { makersFor } from './metric-makers.ts'
import { addRuntimeMetrics } from './runtime-metrics.ts'

export interface AggregatorMetricsSetup {
  readonly build: { readonly version: string; readonly revision: string }
  /** Asked for each time the page is read. */
  readonly kept: () => KeptSizes
  readonly isLeader: () => boolean
  readonly agents: () => { readonly known: number; readonly heard: number }
}

export interface KeptSizes {
  readonly recordingBytes: number
  readonly historyBytes: number
  readonly trouble?: string
}

/** What is told of one round. */
export interface JudgedRound {
  readonly findings: readonly Finding[]
  /** Found in rounds of before the start: it is open, and was not opened now. */
  readonly isPast: boolean
  readonly endMs: number
  readonly tookMs: number
  readonly lateMs: number
}

export interface AggregatorMetrics {
  judged(round: JudgedRound): void
  unread(reason: Reason): void
  kubernetesRequest(verb: string, code: string): void
  text(): Promise<{ readonly contentType: string; readonly text: string }>
}

/** A cluster in which more is broken has one alert too many already. */
const findingsAtMost = 500

/** Counts everything an aggregator does for Prometheus, in a registry of its own. */
export function createAggregatorMetrics(setup: AggregatorMetricsSetup): AggregatorMetrics {
  const registry = new Registry()
  const { counter, gauge, histogram } = makersFor(aggregatorMetricTable, registry, false)
  const { version, revision } = setup.build
  gauge('build_info').set({ version, revision, node_version: process.versions.node }, 1)
  addRuntimeMetrics(registry)
  const [failures, requests] = [counter('pull_failures_total'), counter('kubernetes_requests_total')]
  const rounds = counter('rounds_judged_total')
  const [ended, late] = [gauge('judged_round_timestamp_seconds'), gauge('evaluation_lateness_seconds')]
  const durations = histogram('evaluation_seconds', evaluationBuckets)
  const [known, heard] = [gauge('agents'), gauge('agents_heard')]
  const [recording, history, trouble] = [gauge('recording_bytes'), gauge('history_bytes'), gauge('history_trouble')]
  const leader = gauge('leader')
  const tellFindings = findingMetrics(gauge('finding'), counter('findings_opened_total'))
  for (const reason of Object.keys(reasons)) failures.inc({ reason }, 0)

  return {
    judged({ findings, isPast, endMs, tookMs, lateMs }) {
      tellFindings(findings, isPast)
      durations.observe(tookMs / 1000)
      if (isPast) return
      rounds.inc()
      ended.set(endMs / 1000)
      late.set(lateMs / 1000)
    },
    unread: (reason) => failures.inc({ reason }),
    kubernetesRequest: (verb, code) => requests.inc({ verb, code }),
    async text() {
      const { recordingBytes, historyBytes, trouble: words } = setup.kept()
      recording.set(recordingBytes)
      history.set(historyBytes)
      trouble.set(words === undefined ? 0 : 1)
      leader.set(setup.isLeader() ? 1 : 0)
      const agents = setup.agents()
      known.set(agents.known)
      heard.set(agents.heard)
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
  }
}

type Gauge = ReturnType<ReturnType<typeof makersFor>['gauge']>
type Counter = ReturnType<ReturnType<typeof makersFor>['counter']>

function findingMetrics(shown: Gauge, opened: Counter) {
  for (const fault of Object.keys(faults)) opened.inc({ fault }, 0)
  let before: ReadonlySet<string> = new Set()

  return (findings: readonly Finding[], isPast: boolean): void => {
    const open = findings.filter(({ state }) => state === 'open')
    shown.reset()
    for (const { fault, entity, confidence } of open.slice(0, findingsAtMost))
      shown.set({ fault, entity_kind: entity.kind, entity: entity.endpoint ?? entity.name, confidence }, 1)
    const fresh = findings.filter(({ id, state }) => state === 'open' && !before.has(id))
    if (!isPast) for (const { fault } of fresh) opened.inc({ fault })
    // Who recovers and opens again is the same finding; one that has closed is gone.
    before = new Set(findings.filter(({ state }) => state !== 'closed').map(({ id }) => id))
  }
}
