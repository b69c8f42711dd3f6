const octaves = 24
const perOctave = 8

/** Counters of a latency histogram: 8 buckets an octave from 1 µs to 16 s, so 6 % off at most; 384 bytes. */
export type LatencyCounts = Uint16Array

export const latencyBuckets = octaves * perOctave

export function newLatencyCounts(): LatencyCounts {
  return new Uint16Array(latencyBuckets)
}

/** Which bucket a latency falls into. Longer than the last bucket counts there. */
export function bucketOf(ms: number): number {
  const micros = Math.max(1, ms * 1000)
  return Math.min(latencyBuckets - 1, Math.floor(Math.log2(micros) * perOctave))
}

/** The middle of a bucket, in ms. */
export function bucketMs(bucket: number): number {
  return 2 ** ((bucket + 0.5) / perOctave) / 1000
}

/** Adds one. Halves everything when a counter is full: the shape stays, old samples weigh less. */
export function countLatency(counts: LatencyCounts, ms: number): void {
  const bucket = bucketOf(ms)
  if (counts[bucket] === 0xffff) for (let i = 0; i < counts.length; i++) counts[i] = (counts[i] ?? 0) >>> 1
  counts[bucket] = (counts[bucket] ?? 0) + 1
}

/** The latency that `share` (0…1) of all samples do not exceed, in ms; undefined without samples. */
export function quantileMs(counts: ArrayLike<number>, share: number): number | undefined {
  let total = 0
  for (let i = 0; i < counts.length; i++) total += counts[i] ?? 0
  if (total === 0) return undefined
  const wanted = Math.max(1, Math.ceil(share * total))
  let seen = 0
  for (let i = 0; i < counts.length; i++) {
    seen += counts[i] ?? 0
    if (seen >= wanted) return bucketMs(i)
  }
  return bucketMs(counts.length - 1)
}
