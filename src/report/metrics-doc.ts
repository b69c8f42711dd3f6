import { aggregatorMetricTable, evaluationBuckets } from './aggregator-metric-table.ts'
import { durationBuckets, type MetricWords, metricTable, prefix } from './metric-table.ts'

/** `docs/metrics.md`. */
export function metricsDoc(): string {
  return `# Metrics

Made from \`src/report/metric-table.ts\` and \`src/report/aggregator-metric-table.ts\`; do not edit. Beside these, both
programs have \`process_cpu_seconds_total\`, \`process_resident_memory_bytes\`, \`process_start_time_seconds\`,
\`process_open_fds\` and \`nodejs_heap_size_used_bytes\`.

## Of an agent

Served on the metrics port at \`/metrics\`.

Attempts are successes plus failures, always: \`${prefix}probes_total\` counts both. \`ip_family\` is there only on nodes
that have both families. A peer or a replica that leaves takes its series with it after six rounds.

${tableOf(metricTable)}

Histograms of probes have the buckets ${durationBuckets.join(', ')} seconds.

## Of an aggregator

Served beside its API at \`/metrics\`. Both replicas judge, so both tell the same findings: take \`max without (instance, pod)\`.

${tableOf(aggregatorMetricTable)}

The histogram has the buckets ${evaluationBuckets.join(', ')} seconds.
`
}

function tableOf(table: Readonly<Record<string, MetricWords>>): string {
  const rows = Object.entries(table).map(
    ([name, { type, help, labels }]) => `| \`${prefix}${name}\` | ${type} | ${labels.join(', ')} | ${help} |`,
  )
  return ['| metric | type | labels | what |', '|---|---|---|---|', ...rows].join('\n')
}
