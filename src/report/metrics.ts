import { Registry } from 'prom-client'

import type { Check } from '../model/check.ts'
import type { Peer } from '../model/peer.ts'
import type { Result } from '../model/result.ts'
import { type Labels, type Makers, makersFor } from './metric-makers.ts'
import { durationBuckets, lagBuckets, metricTable } from './metric-table.ts'
import { addRuntimeMetrics } from './runtime-metrics.ts'
import { createTargetMetrics } from './target-metrics.ts'

export interface MetricsSetup {
  readonly self: { readonly node: string; readonly zone: string }
  readonly discardReasons: readonly string[]
  readonly dualStack: boolean
  readonly build: { readonly version: string; readonly revision: string }
}

export interface Metrics {
  record(result: Result): void
  discarded(reason: string, count: number): void
  late(ms: number): void
  peers(counts: Counts): void
  roundEnded(wallMs: number, starvedScore: number): void
  discoveryRequest(verb: string, code: string, wallMs: number): void
  text(): Promise<{ readonly contentType: string; readonly text: string }>
}

interface Counts {
  readonly view: readonly Peer[]
  readonly stable: readonly Peer[]
  readonly selected: number
  readonly incoming: number
  readonly checks: ReadonlySet<Check>
}

/** Counts everything an agent does for Prometheus, in a registry of its own. */
export function createMetrics(setup: MetricsSetup): Metrics {
  const registry = new Registry()
  const makers = makersFor(metricTable, registry, setup.dualStack)
  // Asked for each time: we may learn our zone from discovery.
  const source = () => ({ source_node: setup.self.node, source_zone: setup.self.zone })
  const familyLabel = (family: 4 | 6): Labels => (setup.dualStack ? { ip_family: String(family) } : {})
  const { version, revision } = setup.build
  makers.gauge('build_info').set({ version, revision, node_version: process.versions.node }, 1)
  addRuntimeMetrics(registry)
  const checks = checkMetrics(makers, setup, source, familyLabel)
  const targets = createTargetMetrics(makers, source, familyLabel)
  const agent = agentMetrics(makers, setup.discardReasons, setup.self.node)
  return {
    ...agent,
    record(result) {
      checks.record(result)
      targets.record(result)
    },
    peers(counts) {
      checks.follow(counts.checks)
      agent.peers(counts)
      targets.follow(counts.stable)
    },
    roundEnded(wallMs, starvedScore) {
      agent.roundEnded(wallMs, starvedScore)
      targets.roundEnded()
    },
    text: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  }
}

function checkMetrics(
  makers: Makers,
  setup: MetricsSetup,
  source: () => Labels,
  familyLabel: (family: 4 | 6) => Labels,
) {
  const source_node = setup.self.node
  const all = makers.tries('probes_total', 'probe_failures_total')
  const reasons = makers.counter('probe_failure_reasons_total')
  const durations = makers.histogram('probe_duration_seconds', durationBuckets)
  const shown = new Set<Check>()
  const families = setup.dualStack ? ([4, 6] as const) : ([4] as const)
  let from = source()

  function show(check: Check): void {
    if (shown.has(check)) return
    shown.add(check)
    for (const family of families) all.count({ ...from, check, ...familyLabel(family) }, 0, 0)
    durations.zero({ source_node, check })
  }

  /** Our zone was not known before: what was counted under none is about nobody. */
  function forget(): void {
    for (const check of shown) for (const family of families) all.remove({ ...from, check, ...familyLabel(family) })
    shown.clear()
    from = source()
  }

  return {
    /** Series exist as 0 before the first probe: rate() sees a first failure only if there was a value before it. */
    follow(checks: ReadonlySet<Check>) {
      if (from['source_zone'] !== source()['source_zone']) forget()
      for (const check of checks) show(check)
    },
    record(result: Result) {
      const { check, family } = result.target
      all.count({ ...from, check, ...familyLabel(family) }, 1, result.outcome === 'failed' ? 1 : 0)
      if (result.outcome === 'failed') reasons.inc({ source_node, check, reason: result.reason })
      else durations.observe({ source_node, check }, result.durationMs / 1000)
    },
  }
}

function agentMetrics({ counter, gauge, histogram }: Makers, discardReasons: readonly string[], source_node: string) {
  const discards = counter('probes_discarded_total')
  const peers = gauge('peers')
  const selected = gauge('peers_selected')
  const incoming = gauge('incoming_peers')
  const lastRound = gauge('last_round_timestamp_seconds')
  const starved = gauge('starved_score')
  const lag = histogram('scheduler_lag_seconds', lagBuckets)
  const requests = counter('discovery_requests_total')
  const lastSuccess = gauge('discovery_last_success_timestamp_seconds')
  for (const reason of discardReasons) discards.inc({ source_node, reason }, 0)
  return {
    discarded: (reason: string, count: number) => discards.inc({ source_node, reason }, count),
    late: (ms: number) => lag.observe({ source_node }, ms / 1000),
    peers(counts: Counts) {
      const ready = counts.view.filter((peer) => peer.ready).length
      peers.set({ source_node, state: 'ready' }, ready)
      peers.set({ source_node, state: 'unready' }, counts.view.length - ready)
      selected.set({ source_node }, counts.selected)
      incoming.set({ source_node }, counts.incoming)
    },
    roundEnded(wallMs: number, starvedScore: number) {
      lastRound.set({ source_node }, wallMs / 1000)
      starved.set({ source_node }, starvedScore)
    },
    discoveryRequest(verb: string, code: string, wallMs: number) {
      requests.inc({ source_node, verb, code })
      if (code === '200') lastSuccess.set({ source_node }, wallMs / 1000)
    },
  }
}
