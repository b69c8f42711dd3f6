import { counter, gauge, histogram, type MetricWords } from './metric-table.ts'

/** Every metric of an aggregator. Findings are the only ones whose labels are names of the cluster. */
export const aggregatorMetricTable = {
  build_info: gauge('what runs here; always 1', ['version', 'revision', 'node_version']),
  finding: gauge('1 while a finding is open', ['fault', 'entity_kind', 'entity', 'confidence']),
  findings_opened_total: counter('findings that were opened', ['fault']),
  agents: gauge('agents that are known', []),
  agents_heard: gauge('of them, those whose last round has arrived', []),
  pull_failures_total: counter('attempts to read an agent that failed', ['reason']),
  rounds_judged_total: counter('rounds that were judged, those of before the start left out', []),
  judged_round_timestamp_seconds: gauge('the end of the last round that was judged', []),
  evaluation_seconds: histogram('how long the diagnosis took for a round', []),
  evaluation_lateness_seconds: gauge('how long after the end of the last round its findings were told', []),
  recording_bytes: gauge('the last rounds, as they can be downloaded', []),
  history_bytes: gauge('the history on disk; 0 without one', []),
  history_trouble: gauge('1 while the history cannot be written', []),
  leader: gauge('1 while this aggregator is the one that writes to Kubernetes', []),
  kubernetes_requests_total: counter('requests to the API server', ['verb', 'code']),
} as const satisfies Record<string, MetricWords>

/** From what 12 nodes take to what is late with rounds of ten seconds. */
export const evaluationBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
