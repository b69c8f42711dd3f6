import { discardReasons } from '../../src/agent/observer.ts'
import type { Check } from '../../src/model/check.ts'
import { createMetrics, type Metrics } from '../../src/report/metrics.ts'

export const nobody = { view: [], stable: [], selected: 0, incoming: 0, checks: new Set<Check>() }

/** The metrics of node-0 in zone a, which runs some checks and knows no peers yet. */
export function metricsFor(checks: readonly Check[], dualStack = false, self = { node: 'node-0', zone: 'a' }): Metrics {
  const build = { version: '0.1.0', revision: 'abc' }
  const metrics = createMetrics({ self, discardReasons: Object.keys(discardReasons), dualStack, build })
  metrics.peers({ ...nobody, checks: new Set(checks) })
  return metrics
}

/** One line of the page. */
export interface Series {
  /** Without our prefix: `probes_total`. */
  readonly name: string
  /** Without those that say who we are. */
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  readonly ours: boolean
}

export async function seriesOf(metrics: Metrics): Promise<readonly Series[]> {
  const { text } = await metrics.text()
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(seriesIn)
}

/** The value of the one series of this name whose labels are exactly these; undefined when there is none. */
export function valueIn(all: readonly Series[], name: string, labels: Series['labels'] = {}): number | undefined {
  const wanted = written(labels)
  return all.find((series) => series.name === name && written(series.labels) === wanted)?.value
}

function seriesIn(line: string): Series {
  const [, full = '', labelled = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
  const pairs = [...labelled.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', text = '']) => [label, text] as const)
  const labels = Object.fromEntries(pairs.filter(([label]) => label !== 'source_node' && label !== 'source_zone'))
  return { name: full.replace(/^meshprobe_/, ''), labels, value: Number(value), ours: full.startsWith('meshprobe_') }
}

function written(labels: Series['labels']): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
}
