import { Counter, Gauge, Histogram, type Registry, Summary } from 'prom-client'

import { type MetricName, type MetricWords, prefix } from './metric-table.ts'

export type Labels = Record<string, string>

/** Attempts and failures of the same thing: one never exists without the other, and attempts count both. */
export interface Tries {
  count(labels: Labels, attempts: number, failures: number): void
  remove(labels: Labels): void
}

export interface Makers<Name extends string = MetricName> {
  counter(name: Name): Counter
  gauge(name: Name): Gauge
  histogram(name: Name, buckets: readonly number[]): Histogram
  summary(name: Name): Summary
  tries(attempts: Name, failures: Name): Tries
}

/** Makes metrics from their row in the table; `ip_family` is no label where there is one family. */
export function makersFor<Name extends string>(
  table: Readonly<Record<Name, MetricWords>>,
  registry: Registry,
  dualStack: boolean,
): Makers<Name> {
  const options = (name: Name) => {
    const { help, labels } = table[name]
    const labelNames = labels.filter((label) => dualStack || label !== 'ip_family')
    return { name: prefix + name, help, labelNames, registers: [registry] }
  }
  const counter = (name: Name) => new Counter(options(name))
  return {
    counter,
    gauge: (name) => new Gauge(options(name)),
    histogram: (name, buckets) => new Histogram({ ...options(name), buckets: [...buckets] }),
    summary: (name) => new Summary({ ...options(name), percentiles: [] }),
    tries(attemptsName, failuresName) {
      const [attempts, failures] = [counter(attemptsName), counter(failuresName)]
      return {
        count(labels, tried, failed) {
          attempts.inc(labels, tried)
          failures.inc(labels, failed)
        },
        remove(labels) {
          attempts.remove(labels)
          failures.remove(labels)
        },
      }
    },
  }
}
