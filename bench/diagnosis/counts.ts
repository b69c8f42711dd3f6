import { type FaultScore, type RunScore, summaryOf } from '../../src/simulate/score.ts'
import { type Estimate, share } from '../../src/simulate/statistics.ts'

/** The score of some runs, as numbers that can be added to those of other runs. */
export interface Counts {
  readonly shares: Readonly<Record<ShareName, Part>>
  readonly falseFindings: number
  readonly nodeRounds: number
  /** By what one may expect: how many faults took so many seconds to be named. */
  readonly seconds: Readonly<Record<Pace, Readonly<Record<string, number>>>>
}

export type Pace = (typeof paces)[number]

/** Hard faults; gray ones; and those that for the first rounds look like a bad path or a restart. */
export const paces = ['hard', 'gray', 'slow'] as const
const looksHarmless = ['link', 'agent_down']

/** So many of so many. */
export type Part = readonly [hits: number, of: number]

export type ShareName = (typeof shareNames)[number]

const shareNames = ['precision', 'recall', 'recallHard', 'recallGray', 'exactFault', 'exactEntity'] as const

export function countsOf(runs: readonly RunScore[]): Counts {
  const summary = summaryOf(runs)
  const byPace = Object.groupBy(
    runs.flatMap(({ faults }) => faults),
    paceOf,
  )
  const seconds = forEachPace((pace) => timesOf(byPace[pace] ?? []))
  const { falseFindings, nodeRounds } = summary
  return { shares: forEachShare((name) => partOf(summary[name])), falseFindings, nodeRounds, seconds }
}

export function sumOf(all: readonly Counts[]): Counts {
  return {
    shares: forEachShare((name) => addedParts(all.map(({ shares }) => shares[name]))),
    falseFindings: total(all.map(({ falseFindings }) => falseFindings)),
    nodeRounds: total(all.map(({ nodeRounds }) => nodeRounds)),
    seconds: forEachPace((pace) => all.map(({ seconds }) => seconds[pace]).reduce(added, {})),
  }
}

export function estimateOf([hits, of]: Part): Estimate | undefined {
  return share(hits, of)
}

function paceOf({ fault, gray }: FaultScore): Pace {
  if (looksHarmless.includes(fault)) return 'slow'
  return gray ? 'gray' : 'hard'
}

function timesOf(faults: readonly FaultScore[]): Readonly<Record<string, number>> {
  const seconds: Record<string, number> = {}
  for (const fault of faults) {
    if (fault.seconds !== undefined) seconds[fault.seconds] = (seconds[fault.seconds] ?? 0) + 1
  }
  return seconds
}

/** All the times, smallest first. */
export function secondsIn({ seconds }: Counts, pace: Pace): readonly number[] {
  return Object.entries(seconds[pace])
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

function forEachPace<T>(of: (pace: Pace) => T): Readonly<Record<Pace, T>> {
  return { hard: of('hard'), gray: of('gray'), slow: of('slow') }
}
