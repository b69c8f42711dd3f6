/**
 * Every metric of an agent. `source_node` is on all that the probes count, so that dashboards and alerts do not depend
 * on each user's relabelling; `ip_family` only where the node has both.
 */
export const metricTable = {
  build_info: gauge('what runs here; always 1', ['version', 'revision', 'node_version']),
  probes_total: counter('probes that count', ['source_node', 'source_zone', 'check', 'ip_family']),
  probe_failures_total: counter('of them, those that failed', ['source_node', 'source_zone', 'check', 'ip_family']),
  probe_failure_reasons_total: counter('failures by reason', ['source_node', 'check', 'reason']),
  probe_duration_seconds: histogram('how long successful probes took', ['source_node', 'check']),
  peer_probes_total: counter('probes of the pods of the seven first stable peers', pair()),
  peer_probe_failures_total: counter('of them, those that failed', pair()),
  peer_probe_duration_seconds: summary('how long the successful ones took', pair()),
  zone_probes_total: counter('probes of all peer pods by zone', ['source_node', 'source_zone', 'target_zone']),
  zone_probe_failures_total: counter('of them, those that failed', ['source_node', 'source_zone', 'target_zone']),
  dns_replica_probes_total: counter('names asked of each DNS replica', ['source_node', 'replica', 'variant']),
  dns_replica_probe_failures_total: counter('of them, those that failed', ['source_node', 'replica', 'variant']),
  probes_discarded_total: counter('results that do not count', ['source_node', 'reason']),
  peers: gauge('agents in the mesh, ourselves included', ['source_node', 'state']),
  peers_selected: gauge('peers that this agent probes', ['source_node']),
  incoming_peers: gauge('peers that have this agent among their stable ones', ['source_node']),
  last_round_timestamp_seconds: gauge('when the last round that counts ended', ['source_node']),
  starved_score: gauge('0 to 8; from 2 on this agent does not trust its own failures', ['source_node']),
  scheduler_lag_seconds: histogram('by how much slots began late', ['source_node']),
  discovery_requests_total: counter('requests to the API server', ['source_node', 'verb', 'code']),
  discovery_last_success_timestamp_seconds: gauge('when the API server last answered', ['source_node']),
} as const satisfies Record<string, MetricWords>

export type MetricName = keyof typeof metricTable

export interface MetricWords {
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary'
  readonly help: string
  readonly labels: readonly string[]
}

export const prefix = 'meshprobe_'

/** From 0.5 ms, a round trip within a zone, to above the longest timeout. Seconds. */
export const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 2.5]
export const lagBuckets = [0.005, 0.01, 0.025, 0.1, 0.5]

function pair(): readonly string[] {
  return ['source_node', 'source_zone', 'target_node', 'target_zone', 'ip_family']
}

export function counter(help: string, labels: readonly string[]) {
  return { type: 'counter', help, labels } as const
}

export function gauge(help: string, labels: readonly string[]) {
  return { type: 'gauge', help, labels } as const
}

export function histogram(help: string, labels: readonly string[]) {
  return { type: 'histogram', help, labels } as const
}

function summary(help: string, labels: readonly string[]) {
  return { type: 'summary', help, labels } as const
}
