import { latencyBuckets } from '../model/latency.ts'

type Counts = readonly (readonly [bucket: number, count: number])[]

const singles: readonly Counts[] = Array.from({ length: latencyBuckets }, (_, bucket) => [[bucket, 1]])

/** One answer, as agents write it: what most cells have in a round. */
export function single(bucket: number): Counts {
  return singles[bucket] ?? []
}

/** How many answers fell into each bucket. */
export function counted(found: readonly number[]): Counts {
  if (found.length === 2 && found[0] !== undefined && found[1] !== undefined) return two(found[0], found[1])
  const counts = new Map<number, number>()
  for (const bucket of found) counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => a - b)
}

function two(a: number, b: number): Counts {
  if (a === b) return [[a, 2]]
  const [low, high] = [Math.min(a, b), Math.max(a, b)]
  return [...single(low), ...single(high)]
}
