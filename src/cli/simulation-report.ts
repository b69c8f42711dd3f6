import type { Paint } from '../report/check-text.ts'
import { type RunScore, type Summary, summaryOf } from '../simulate/score.ts'
import type { Estimate } from '../simulate/statistics.ts'

export interface SimulationReport {
  readonly nodes: number
  readonly zones: number
  readonly noise: string
  readonly results: readonly RunScore[]
}

/** For scripts: the numbers first, how sure they are next, and then everything they come from. */
export function simulationJson({ results, ...settings }: SimulationReport): string {
  const summary = summaryOf(results)
  const { secondsToName = null, faults, falseFindings, nodeRounds, ...estimates } = summary
  const values = Object.entries(estimates).map(([name, estimate]) => [name, estimate?.value ?? null])
  const intervals = Object.entries(estimates).map(([name, estimate]) => [name, boundsOf(estimate)])
  const report = {
    ...Object.fromEntries(values),
    ...{ secondsToName, faults, falseFindings, nodeRounds, intervals: Object.fromEntries(intervals), ...settings },
    scenarios: byScenario(results).map(([scenario, runs]) => ({ scenario, runs: runs.length, ...countsOf(runs) })),
    details: {
      faults: results.flatMap((run) => run.faults),
      falseFindings: results.flatMap((run) => run.falseFindings),
    },
  }
  return `${JSON.stringify(report, undefined, 2)}\n`
}

const columns = ['scenario', 'runs', 'faults', 'found', 'exact fault', 'exact entity', 'false', 'seconds'] as const

/** For people: a row a scenario, and what they come to together. */
export function simulationTable({ results, nodes, zones, noise }: SimulationReport, paint: Paint): string {
  const rows = byScenario(results).map(([scenario, runs]) => {
    const { faults, found, exactFault, exactEntity, falseFindings, seconds } = countsOf(runs)
    return [scenario, runs.length, faults, found, exactFault, exactEntity, falseFindings, seconds ?? '-'].map(String)
  })
  const widths = columns.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  const isGood = (row: readonly string[]) => row[2] === row[3] && row[3] === row[4] && row[6] === '0'
  return [
    paint('quiet', line(columns)),
    ...rows.map((row) => paint(isGood(row) ? 'good' : 'bad', line(row))),
    '',
    `${nodes} nodes in ${zones} ${zones === 1 ? 'zone' : 'zones'}, noise ${noise}`,
    ...summaryLines(summaryOf(results)),
    '',
  ].join('\n')
}

function summaryLines(summary: Summary): readonly string[] {
  const { secondsToName, falsePerMillionNodeRounds, nodeRounds } = summary
  const shares = [
    ['precision', summary.precision],
    ['recall', summary.recall],
    ['exact fault', summary.exactFault],
    ['exact entity', summary.exactEntity],
  ] as const
  return [
    ...shares.map(([name, estimate]) => `${name.padEnd(14)}${shown(estimate, 3)}`),
    `${'false'.padEnd(14)}${shown(falsePerMillionNodeRounds, 1)} per million node-rounds`.replace(
      / of \d+/,
      ` of ${nodeRounds}`,
    ),
    secondsToName === undefined
      ? 'no fault was named'
      : `${'seconds'.padEnd(14)}median ${secondsToName.median}, 90 of 100 within ${secondsToName.p90}`,
  ]
}

function shown(estimate: Estimate | undefined, digits: number): string {
  if (estimate === undefined) return '-'
  const [value, low, high] = [estimate.value, estimate.low, estimate.high].map((number) => number.toFixed(digits))
  return `${value} (${low} to ${high}, of ${estimate.of})`
}

function boundsOf(estimate: Estimate | undefined): readonly [number, number] | null {
  return estimate === undefined ? null : [estimate.low, estimate.high]
}

function byScenario(results: readonly RunScore[]): readonly (readonly [string, readonly RunScore[]])[] {
  return [...Map.groupBy(results, ({ scenario }) => scenario)]
}

function countsOf(runs: readonly RunScore[]) {
  const faults = runs.flatMap((run) => run.faults)
  const count = (is: (fault: (typeof faults)[number]) => boolean) => faults.filter(is).length
  return {
    faults: faults.length,
    found: count(({ detected }) => detected),
    exactFault: count(({ exactFault }) => exactFault),
    exactEntity: count(({ exactEntity }) => exactEntity),
    falseFindings: runs.reduce((sum, run) => sum + run.falseFindings.length, 0),
    seconds: summaryOf(runs).secondsToName?.median,
  }
}
