import { perMillion } from '../../src/simulate/statistics.ts'
import { markdownTable } from '../markdown-table.ts'
import { type ByWord, confidenceWords, sumOfWords } from './confidence.ts'
import { added, sumOf, total } from './counts.ts'
import type { Flaws, Piece } from './piece.ts'
import type { Results } from './results.ts'
import type { MeasuredRow } from './row-tables.ts'
import { rateText, shareText, wordsOf } from './texts.ts'

const levels = ['N1', 'N2', 'N3'] as const

/** How many findings were true of those told with each word of confidence. */
export function confidenceTable(measured: readonly MeasuredRow[]): string {
  const of = (noise: string) => measured.filter(({ row }) => noise === 'all' || row.noise === noise)
  const cells = (words: ByWord) => confidenceWords.map((word) => `${shareText(words[word])} of ${words[word][1]}`)
  return markdownTable(
    [
      'noise',
      ...confidenceWords.map((word) => `first told as ${word}`),
      ...confidenceWords.map((word) => `at best ${word}`),
    ],
    [...levels, 'all'].map((noise) => {
      const { first, best } = sumOfWords(of(noise).flatMap(({ pieces }) => pieces.map(({ words }) => words)))
      return [noise, ...cells(first), ...cells(best)]
    }),
  )
}

/** Runs in which nothing was broken. */
export function soakTable(results: Results): string {
  const soaks = Object.entries(results).filter(([group]) => group.startsWith('soak-'))
  return markdownTable(
    ['nodes, noise', 'runs', 'node-rounds', 'false findings', 'per million node-rounds', 'of which', 'minutes'],
    soaks.map(([group, pieces]) => {
      const list = Object.values(pieces)
      const { falseFindings, nodeRounds } = sumOf(list.map(({ engine }) => engine))
      return [
        group.replace('soak-n', '').replace('-', ', '),
        String(list.length),
        nodeRounds.toLocaleString('en'),
        String(falseFindings),
        rateText(perMillion(falseFindings, nodeRounds)),
        wordsOf(falseFaultsOf(list)) || '–',
        total(list.map(({ minutes }) => minutes)).toFixed(0),
      ]
    }),
  )
}

/** Scenarios in which something was missed, called another fault, or found beside it. */
export function flawsTable(measured: readonly MeasuredRow[]): string {
  const flawed = measured.flatMap(({ pieces }) => pieces.flatMap(({ flaws }) => Object.keys(flaws)))
  const scenarios = [...new Set(flawed)].sort()
  return markdownTable(
    ['scenario', ...levels],
    [
      ...scenarios.map((scenario) => [
        `\`${scenario}\``,
        ...levels.map((noise) => wordsOf(sumOfFlaws(scenario, piecesAt(measured, noise)))),
      ]),
      ['what the false ones say', ...levels.map((noise) => wordsOf(falseFaultsOf(piecesAt(measured, noise))))],
    ],
  )
}

function piecesAt(measured: readonly MeasuredRow[], noise: string): readonly Piece[] {
  return measured.filter(({ row }) => row.noise === noise).flatMap(({ pieces }) => pieces)
}

function sumOfFlaws(scenario: string, pieces: readonly Piece[]): Readonly<Record<string, number>> {
  const all = pieces.flatMap(({ flaws }) => flaws[scenario] ?? [])
  const sum = (of: (flaws: Flaws) => number) => total(all.map(of))
  return { missed: sum((one) => one.missed), inexact: sum((one) => one.inexact), false: sum((one) => one.false) }
}

function falseFaultsOf(pieces: readonly Piece[]): Readonly<Record<string, number>> {
  return pieces.map(({ falseFaults }) => falseFaults).reduce(added, {})
}
