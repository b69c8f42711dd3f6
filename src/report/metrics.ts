import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client'

import { type Check, checks } from '../model/check.ts'
import type { Peer } from '../model/peer.ts'
import type { Result } from '../model/result.ts'
import { createExpiring } from './expiring.ts'
import { durationBuckets, lagBuckets, type MetricName, metricTable, prefix } from './metric-table.ts'
import { addRuntimeMetrics } from './runtime-metrics.ts'

/** Pairs that have series of their own: constant in the number of nodes. The others count by zone. */
const pairsShown = 7
/** A departed peer's series stay for two scrapes of 30 s. */
const roundsKept = 6

export interface MetricsSetup {
  readonly self: { readonly node: string; readonly zone: string }
  readonly checks: readonly Check[]
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
  /** The stable peers, in the order of the rings. */
  readonly stable: readonly Peer[]
  readonly selected: number
  readonly incoming: number
}

type Labels = Record<string, string>

/** Counts everything an agent does for Prometheus, in a registry of its own. */
export function createMetrics(setup: MetricsSetup): Metrics {
  const registry = new Registry()
  const source_node = setup.self.node
  const source_zone = setup.self.zone
  const { version, revision } = setup.build
  const { counter, gauge, histogram, summary } = makers(registry, setup.dualStack)
  const all = { attempts: counter('probes_total'), failures: counter('probe_failures_total') }
  const reasons = counter('probe_failure_reasons_total')
  const durations = histogram('probe_duration_seconds', durationBuckets)
  const pair = { attempts: counter('peer_probes_total'), failures: counter('peer_probe_failures_total') }
  const pairDurations = summary('peer_probe_duration_seconds')
  const zone = { attempts: counter('zone_probes_total'), failures: counter('zone_probe_failures_total') }
  const dns = { attempts: counter('dns_replica_probes_total'), failures: counter('dns_replica_probe_failures_total') }
  const discards = counter('probes_discarded_total')
  const peers = gauge('peers')
  const selected = gauge('peers_selected')
  const incoming = gauge('incoming_peers')
  const lastRound = gauge('last_round_timestamp_seconds')
  const starved = gauge('starved_score')
  const lag = histogram('scheduler_lag_seconds', lagBuckets)
  const requests = counter('discovery_requests_total')
  const lastSuccess = gauge('discovery_last_success_timestamp_seconds')
  addRuntimeMetrics(registry)
  gauge('build_info').set({ version, revision, node_version: process.versions.node }, 1)

  const families = setup.dualStack ? ['4', '6'] : [undefined]
  const ofFamily = (family: unknown) => (setup.dualStack ? { ip_family: String(family) } : {})
  // Known series exist as 0 from the start: rate() sees the first failure only if there was a value before it.
  for (const check of setup.checks) {
    for (const family of families) countIn(all, { source_node, source_zone, check, ...ofFamily(family) }, 0, 0)
    durations.zero({ source_node, check })
  }
  for (const reason of setup.discardReasons) discards.inc({ source_node, reason }, 0)

  const shown = createExpiring<() => void>((forget) => forget())
  let pairs: ReadonlySet<string> = new Set()

  function countPeer({ target, outcome, durationMs }: Result, failures: number): void {
    const { peer, family } = target
    if (peer === undefined || checks[target.check].plane !== 'peers' || peer.node === source_node) return
    const target_zone = peer.zone
    const between = { source_node, source_zone, target_zone }
    keep(`zone/${target_zone}`, 1, [zone.attempts, zone.failures], between)
    countIn(zone, between, 1, failures)
    if (!pairs.has(peer.node)) return
    const labels = { ...between, target_node: peer.node, ...ofFamily(family) }
    keep(`pair/${family}/${peer.node}/${target_zone}`, 1, [pair.attempts, pair.failures, pairDurations], labels)
    countIn(pair, labels, 1, failures)
    if (outcome === 'reached') pairDurations.observe(labels, durationMs / 1000)
  }

  function countReplica({ target }: Result, failures: number): void {
    if (target.check !== 'dns_replica') return
    const labels = { source_node, replica: target.name, variant: target.variant ?? '' }
    keep(`dns/${target.variant}/${target.name}`, target.everyRounds, [dns.attempts, dns.failures], labels)
    countIn(dns, labels, 1, failures)
  }

  function keep(key: string, everyRounds: number, metrics: readonly Removable[], labels: Labels): void {
    shown.use(key, roundsKept * everyRounds, () => () => {
      for (const metric of metrics) metric.remove(labels)
    })
  }

  return {
    record(result) {
      const { target, outcome, durationMs } = result
      const { check, family } = target
      const failures = outcome === 'failed' ? 1 : 0
      countIn(all, { source_node, source_zone, check, ...ofFamily(family) }, 1, failures)
      if (result.outcome === 'failed') reasons.inc({ source_node, check, reason: result.reason })
      else durations.observe({ source_node, check }, durationMs / 1000)
      countPeer(result, failures)
      countReplica(result, failures)
    },

    discarded: (reason, count) => discards.inc({ source_node, reason }, count),
    late: (ms) => lag.observe({ source_node }, ms / 1000),

    peers({ view, stable, ...counts }) {
      const ready = view.filter((peer) => peer.ready).length
      peers.set({ source_node, state: 'ready' }, ready)
      peers.set({ source_node, state: 'unready' }, view.length - ready)
      selected.set({ source_node }, counts.selected)
      incoming.set({ source_node }, counts.incoming)
      pairs = new Set(stable.slice(0, pairsShown).map(({ node }) => node))
    },

    roundEnded(wallMs, starvedScore) {
      lastRound.set({ source_node }, wallMs / 1000)
      starved.set({ source_node }, starvedScore)
      shown.roundEnded()
    },

    discoveryRequest(verb, code, wallMs) {
      requests.inc({ source_node, verb, code })
      if (code === '200') lastSuccess.set({ source_node }, wallMs / 1000)
    },

    text: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  }
}

interface Removable {
  remove(labels: Labels): void
}

/** Attempts and failures of the same cell, so that one never exists without the other. */
function countIn(cell: { attempts: Counter; failures: Counter }, labels: Labels, attempts: number, failures: number) {
  cell.attempts.inc(labels, attempts)
  cell.failures.inc(labels, failures)
}

/** Makes metrics from their row in the table; `ip_family` is no label where there is one family. */
function makers(registry: Registry, dualStack: boolean) {
  const options = (name: MetricName) => {
    const { help, labels } = metricTable[name]
    const labelNames = labels.filter((label) => dualStack || label !== 'ip_family')
    return { name: prefix + name, help, labelNames, registers: [registry] }
  }
  return {
    counter: (name: MetricName) => new Counter(options(name)),
    gauge: (name: MetricName) => new Gauge(options(name)),
    histogram: (name: MetricName, buckets: number[]) => new Histogram({ ...options(name), buckets }),
    summary: (name: MetricName) => new Summary({ ...options(name), percentiles: [] }),
  }
}
