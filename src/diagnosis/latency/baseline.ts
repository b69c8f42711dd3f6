import { bucketMs } from '../../model/latency.ts'
import type { Paths } from './paths.ts'

/**
 * What an operator calls slow: so many times the usual, and so much more. A path within a rack is slow when it takes
 * as long as one across the country; one across the country is slow when it takes twice as long as ever.
 */
const slowFrom = [
  { times: 10, addsMs: 10 },
  { times: 4, addsMs: 25 },
  { times: 1.75, addsMs: 50 },
] as const
/** And beyond what the path does now and then: of a mean and a mean deviation, this is about the 99th percentile. */
const deviations = 4
const beyondRare = 1.5

const learnedAtLeast = 8
const learnedAtMost = 128
/** Half as long, in buckets: a path that turns out to be so much faster was slow when it was met. */
const farBelow = 8
const quickly = 1 / 8
/** One answer changes the usual no more than one that takes four times as long would. */
const farAtMost = 16
const secondsUntilUsual = 6 * 3600

/** Whether enough of a path is known to say that it is slow. */
export function isKnown({ columns }: Paths, path: number): boolean {
  return (columns.learned[path] ?? 0) >= learnedAtLeast
}

/** Takes in what a round's answers took. Only rounds that are not slow change what is usual. */
export function note(paths: Paths, path: number, bucket: number, roundSeconds: number): void {
  const { history, latest, slowFor, learned } = paths.columns
  latest[path] = bucket
  const slow = isKnown(paths, path) && isSlow(paths, path, bucket)
  history[path] = ((history[path] ?? 0) << 1) | (slow ? 1 : 0)
  slowFor[path] = slow ? (slowFor[path] ?? 0) + 1 : 0
  if (!slow) learn(paths, path, bucket)
  // What has been so for hours is how it is: nobody wants to be told for ever of a way that has changed for good.
  else if ((slowFor[path] ?? 0) * roundSeconds >= secondsUntilUsual) learned[path] = 0
}

function isSlow({ columns }: Paths, path: number, bucket: number): boolean {
  const usual = columns.usual[path] ?? 0
  const rare = usual + deviations * (columns.spread[path] ?? 0)
  if (bucket <= rare) return false
  const [now, usualMs] = [bucketMs(bucket), bucketMs(usual)]
  if (now < beyondRare * bucketMs(rare)) return false
  return slowFrom.some(({ times, addsMs }) => now >= times * usualMs && now >= usualMs + addsMs)
}

function learn({ columns }: Paths, path: number, bucket: number): void {
  const { usual, spread, learned } = columns
  const rounds = learned[path] ?? 0
  if (rounds === 0) {
    usual[path] = bucket
    spread[path] = 0
  } else {
    const known = usual[path] ?? 0
    const away = bucket - known
    const rate = Math.max(1 / (rounds + 1), away < -farBelow ? quickly : 0)
    usual[path] = known + rate * Math.min(farAtMost, away)
    spread[path] = (spread[path] ?? 0) * (1 - rate) + rate * Math.min(farAtMost, Math.abs(away))
  }
  learned[path] = Math.min(learnedAtMost, rounds + 1)
}
