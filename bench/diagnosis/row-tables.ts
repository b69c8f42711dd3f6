import { perMillion, quantile } from '../../src/simulate/statistics.ts'
import { markdownTable } from '../markdown-table.ts'
import { sourcesIn } from './code.ts'
import { type Counts, type Pace, paces, secondsIn, sumOf } from './counts.ts'
import { methods } from './methods/list.ts'
import type { Piece } from './piece.ts'
import type { Results } from './results.ts'
import { type Row, rows } from './rows.ts'
import { noTime, type Timing, together } from './stopwatch.ts'
import { rateText, shareText } from './texts.ts'

/** A row of which something was measured. */
export interface MeasuredRow {
  readonly row: Row
  readonly pieces: readonly Piece[]
}

export function measuredRows(results: Results): readonly MeasuredRow[] {
  return rows
    .map((row) => ({ row, pieces: Object.values(results[row.name] ?? {}) }))
    .filter(({ pieces }) => pieces.length > 0)
}

/** What the engine finds. */
export function accuracyTable(measured: readonly MeasuredRow[]): string {
  const newest = newestSources(measured)
  const head = ['nodes, noise', 'seeds', 'faults', 'precision', 'recall, hard', 'recall, gray', 'exact fault']
  return markdownTable(
    [...head, 'exact entity', 'seconds: hard', 'gray', '`link`, `agent_down`', 'false per million node-rounds'],
    measured.map(({ row, pieces }) => {
      const { shares, ...counts } = sumOf(pieces.map(({ engine }) => engine))
      const isOld = pieces.some(({ code }) => sourcesIn(code) !== newest)
      return [
        `${titleOf(row)}${isOld ? ' *' : ''}`,
        seedsText(row, pieces),
        String(shares.recall[1]),
        ...[shares.precision, shares.recallHard, shares.recallGray].map(shareText),
        ...[shares.exactFault, shares.exactEntity].map(shareText),
        ...paces.map((pace) => secondsText({ shares, ...counts }, pace)),
        rateText(perMillion(counts.falseFindings, counts.nodeRounds)),
      ]
    }),
  )
}

/** What the engine costs. */
export function costTable(measured: readonly MeasuredRow[]): string {
  return markdownTable(
    ['nodes, noise', 'rounds judged', 'CPU ms a round, mean', 'CPU ms, max', 'engine heap MiB', 'RSS MiB'],
    measured.map(({ row, pieces }) => {
      const timing = pieces.map((piece) => piece.timing).reduce<Timing>(together, noTime)
      const most = (of: (piece: Piece) => number) => Math.max(...pieces.map(of))
      return [
        titleOf(row),
        String(timing.calls),
        (timing.cpuMs / timing.calls).toFixed(0),
        timing.cpuMaxMs.toFixed(0),
        most(({ heapMiB }) => heapMiB).toFixed(1),
        most(({ rssMiB }) => rssMiB).toFixed(0),
      ]
    }),
  )
}

/** The same runs as others see them: only whether the right entity was named. */
export function comparisonTable(measured: readonly MeasuredRow[]): string {
  const names = methods.map(({ name }) => name)
  const both = ({ shares }: Counts) => [shareText(shares.precision), shareText(shares.recall)]
  return markdownTable(
    ['nodes, noise', ...['engine', ...names].flatMap((name) => [`${name}: precision`, 'recall'])],
    measured.map(({ row, pieces }) => {
      const others = names.map((name) => sumOf(pieces.flatMap((piece) => piece.others[name] ?? [])))
      return [titleOf(row), ...[sumOf(pieces.map(({ engine }) => engine)), ...others].flatMap(both)]
    }),
  )
}

function titleOf({ nodes, noise }: Row): string {
  return `${nodes.toLocaleString('en')}, ${noise}`
}

/** How many, and of how many when not all are there yet. */
function seedsText({ seeds, parts }: Row, pieces: readonly Piece[]): string {
  const done = pieces.length / parts
  return done === seeds ? String(seeds) : `${Number(done.toFixed(1))} of ${seeds}`
}

function secondsText(counts: Counts, pace: Pace): string {
  const seconds = secondsIn(counts, pace)
  return seconds.length === 0 ? '–' : `${quantile(seconds, 0.5)} / ${quantile(seconds, 0.9)}`
}

function newestSources(measured: readonly MeasuredRow[]): string {
  const pieces = measured.flatMap((one) => one.pieces).sort((a, b) => (a.measured < b.measured ? 1 : -1))
  return sourcesIn(pieces[0]?.code ?? '')
}
