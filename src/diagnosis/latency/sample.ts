import { isKnown } from './baseline.ts'
import type { Paths } from './paths.ts'

/** What is looked at in one round. */
export interface Sample {
  /** Paths that are judged. */
  readonly paths: readonly number[]
  readonly isSlow: (path: number) => boolean
}

/** Of the last four rounds of a path, so many: a bad round accuses nobody, and a good one in between clears nobody. */
const judgedRounds = 0b1111
const slowRoundsAtLeast = 3
/** How late a round may be and still speak of now. */
const lateAtMost = 2

export function sampleOf(paths: Paths, round: number): Sample {
  const { source, lastRound, history } = paths.columns
  const judged: number[] = []
  for (let path = 0; path < paths.size; path++) {
    if ((source[path] ?? 0) < 0 || (lastRound[path] ?? 0) < round - lateAtMost) continue
    if (isKnown(paths, path)) judged.push(path)
  }
  return { paths: judged, isSlow: (path) => ones((history[path] ?? 0) & judgedRounds) >= slowRoundsAtLeast }
}

function ones(bits: number): number {
  let count = 0
  for (let rest = bits; rest > 0; rest >>>= 1) count += rest & 1
  return count
}
