import { bucketMs, bucketOf, latencyBuckets } from '../model/latency.ts'
import type { Cluster } from './cluster.ts'
import { type Random, shareOf } from './random.ts'

const sameNodeMs = 0.03
const sameZoneMs = 0.12
const betweenZonesMs = 0.5
const samples = 24
const spreadTable = 1024
const historiesAtFirst = 1024

/** What a stable pair's answers took, round after round. */
export interface Latencies {
  /** Which bucket the next answer falls into. */
  bucket(source: number, target: number, trips: number, heldUpMs: number): number
  /** The number of what is remembered of one of a source's cells. */
  history(source: number, cell: number): number
  /** Remembers a bucket. */
  note(history: number, bucket: number): void
  /** What a share of the last answers did not exceed. */
  quantileMs(history: number, share: number): number
  isEmpty(history: number): boolean
}

/** The middles of all buckets, as agents write them. */
const written = Array.from({ length: latencyBuckets }, (_, bucket) => Number(bucketMs(bucket).toPrecision(3)))

export function createLatencies({ zoneOf, hosts }: Cluster, random: Random): Latencies {
  const bySource = Array.from({ length: hosts }, () => new Map<number, number>())
  const histories = createHistories()
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
    history(source, cell) {
      const known = bySource[source]?.get(cell)
      if (known !== undefined) return known
      const made = histories.add()
      bySource[source]?.set(cell, made)
      return made
    },
    note: histories.note,
    quantileMs(history, share) {
      const known = histories.size(history)
      return written[histories.ranked(history, Math.max(1, Math.ceil(share * known)) - 1)] ?? 0
    },
    isEmpty: (history) => histories.size(history) === 0,
  }
}

/** The last samples of many cells, in the order they came and sorted: there are too many cells for objects of their own. */
function createHistories() {
  let came = new Uint8Array(historiesAtFirst * samples)
  let sorted = new Uint8Array(historiesAtFirst * samples)
  let counts = new Int32Array(historiesAtFirst)
  let many = 0

  function insert(base: number, size: number, bucket: number): void {
    let at = base + size
    for (; at > base && (sorted[at - 1] ?? 0) > bucket; at--) sorted[at] = sorted[at - 1] ?? 0
    sorted[at] = bucket
  }

  function remove(base: number, bucket: number): void {
    let at = base
    while (sorted[at] !== bucket) at += 1
    sorted.copyWithin(at, at + 1, base + samples)
  }

  return {
    add() {
      if (many === counts.length) {
        came = doubled(came, new Uint8Array(2 * came.length))
        sorted = doubled(sorted, new Uint8Array(2 * sorted.length))
        counts = doubled(counts, new Int32Array(2 * counts.length))
      }
      many += 1
      return many - 1
    },
    size: (history: number) => Math.min(samples, counts[history] ?? 0),
    ranked: (history: number, rank: number) => sorted[history * samples + rank] ?? 0,
    note(history: number, bucket: number) {
      const [base, count] = [history * samples, counts[history] ?? 0]
      const place = base + (count % samples)
      if (count >= samples) remove(base, came[place] ?? 0)
      insert(base, Math.min(count, samples - 1), bucket)
      came[place] = bucket
      counts[history] = count + 1
    },
  }
}

function doubled<T extends Uint8Array | Int32Array>(values: T, larger: T): T {
  larger.set(values)
  return larger
}
