import { bucketMs, bucketOf } from '../model/latency.ts'
import type { Cluster } from './cluster.ts'
import { type Random, shareOf } from './random.ts'

const sameNodeMs = 0.03
const sameZoneMs = 0.12
const betweenZonesMs = 0.5
const samples = 24
const spreadTable = 1024

/** What a stable pair's answers took, round after round. */
export interface Latencies {
  /** Which bucket the next answer falls into. */
  bucket(source: number, target: number, trips: number, heldUpMs: number): number
  /** Remembers a bucket; `key` is the pair and its check. */
  note(key: number, bucket: number): void
  quantiles(key: number): { readonly p50Ms: number; readonly p99Ms: number } | undefined
}

interface History {
  readonly buckets: Uint8Array
  count: number
}

export function createLatencies({ zoneOf }: Cluster, random: Random): Latencies {
  const histories = new Map<number, History>()
  const sorted = new Uint8Array(samples)
  // A tail to one side: the answers of a healthy path are sometimes a lot slower and never a lot faster.
  const factors = Float64Array.from({ length: spreadTable }, () => Math.exp(0.25 * -Math.log(1 - random.next()) - 0.1))

  function oneWayMs(source: number, target: number): number {
    if (source === target) return sameNodeMs
    const away = zoneOf[source] !== zoneOf[target]
    return (away ? betweenZonesMs : sameZoneMs) * (0.7 + 0.6 * shareOf(source, target, 0))
  }

  return {
    bucket(source, target, trips, heldUpMs) {
      const factor = factors[random.below(spreadTable)] ?? 1
      return bucketOf(oneWayMs(source, target) * trips * factor + heldUpMs)
    },
    note(key, bucket) {
      const history = histories.get(key) ?? { buckets: new Uint8Array(samples), count: 0 }
      if (history.count === 0) histories.set(key, history)
      history.buckets[history.count % samples] = bucket
      history.count += 1
    },
    quantiles(key) {
      const history = histories.get(key)
      if (history === undefined) return undefined
      const known = Math.min(history.count, samples)
      const view = sorted.subarray(0, known)
      view.set(history.buckets.subarray(0, known))
      view.sort()
      const at = (share: number) => bucketMs(view[Math.max(1, Math.ceil(share * known)) - 1] ?? 0)
      return { p50Ms: Number(at(0.5).toPrecision(3)), p99Ms: Number(at(0.99).toPrecision(3)) }
    },
  }
}
