import { type RunScore, summaryOf } from '../../src/simulate/score.ts'
import { type Estimate, share } from '../../src/simulate/statistics.ts'

/** The score of some runs, as numbers that can be added to those of other runs. */
export interface Counts {
  readonly shares: Readonly<Record<ShareName, Part>>
  readonly falseFindings: number
  readonly nodeRounds: number
  /** How many faults took so many seconds to be named. */
  readonly seconds: Readonly<Record<string, number>>
}

/** So many of so many. */
export type Part = readonly [hits: number, of: number]

export type ShareName = (typeof shareNames)[number]

const shareNames = ['precision', 'recall', 'recallHard', 'recallGray', 'exactFault', 'exactEntity'] as const

export function countsOf(runs: readonly RunScore[]): Counts {
  const summary = summaryOf(runs)
  const seconds: Record<string, number> = {}
  for (const fault of runs.flatMap(({ faults }) => faults)) {
    if (fault.seconds !== undefined) seconds[fault.seconds] = (seconds[fault.seconds] ?? 0) + 1
  }
  const { falseFindings, nodeRounds } = summary
  return { shares: forEachShare((name) => partOf(summary[name])), falseFindings, nodeRounds, seconds }
}

export function sumOf(all: readonly Counts[]): Counts {
  const seconds = all.reduce((sum, counts) => added(sum, counts.seconds), {})
  return {
    shares: forEachShare((name) => addedParts(all.map(({ shares }) => shares[name]))),
    falseFindings: total(all.map(({ falseFindings }) => falseFindings)),
    nodeRounds: total(all.map(({ nodeRounds }) => nodeRounds)),
    seconds,
  }
}

export function estimateOf([hits, of]: Part): Estimate | undefined {
  return share(hits, of)
}

/** All the times, smallest first. */
export function secondsIn({ seconds }: Counts): readonly number[] {
  return Object.entries(seconds)
    .flatMap(([value, times]) => Array.from({ length: times }, () => Number(value)))
    .sort((a, b) => a - b)
}

/** Adds numbers of the same name. */
export function added(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]))
}

export function addedParts(parts: readonly Part[]): Part {
  return [total(parts.map(([hits]) => hits)), total(parts.map(([, of]) => of))]
}

export function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}

function partOf(estimate: Estimate | undefined): Part {
  return estimate === undefined ? [0, 0] : [Math.round(estimate.value * estimate.of), estimate.of]
}

function forEachShare(part: (name: ShareName) => Part): Readonly<Record<ShareName, Part>> {
  const [precision, recall] = [part('precision'), part('recall')]
  const [recallHard, recallGray] = [part('recallHard'), part('recallGray')]
  return { precision, recall, recallHard, recallGray, exactFault: part('exactFault'), exactEntity: part('exactEntity') }
}
