import fc from 'fast-check'
import t from 'tap'

import {
  bucketMs,
  bucketOf,
  countLatency,
  latencyBuckets,
  newLatencyCounts,
  quantileMs,
} from '../../src/model/latency.ts'

t.test('a bucket is at most 6 % off, from 1 µs to 16 s', async () => {
  const latencies = fc.double({ min: 0.001, max: 16_000, noNaN: true })
  fc.assert(
    fc.property(latencies, (ms) => Math.abs(bucketMs(bucketOf(ms)) - ms) <= 0.06 * ms),
    { numRuns: 2000, examples: [[0.001], [1], [16_000]] },
  )
})

t.test('latencies beyond both ends count in the first and the last bucket', async (t) => {
  t.equal(bucketOf(0), 0)
  t.equal(bucketOf(60_000), latencyBuckets - 1)
  const counts = newLatencyCounts()
  t.equal(counts.byteLength, 384)
  countLatency(counts, 0)
  countLatency(counts, 60_000)
  t.strictSame([counts[0], counts[latencyBuckets - 1]], [1, 1])
})

t.test('a longer latency is never in an earlier bucket', async () => {
  const latencies = fc.double({ min: 0, max: 20_000, noNaN: true })
  fc.assert(fc.property(latencies, latencies, (a, b) => bucketOf(Math.min(a, b)) <= bucketOf(Math.max(a, b))))
})

t.test('quantiles are those of the samples, 6 % off at most', async () => {
  const samples = fc.array(fc.double({ min: 0.001, max: 15_000, noNaN: true }), { minLength: 1, maxLength: 300 })
  const shares = fc.constantFrom(0, 0.5, 0.9, 0.99, 1)
  fc.assert(
    fc.property(samples, shares, (all, share) => {
      const counts = newLatencyCounts()
      for (const ms of all) countLatency(counts, ms)
      const exact = all.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * all.length) - 1)] ?? Number.NaN
      return Math.abs((quantileMs(counts, share) ?? Number.NaN) - exact) <= 0.06 * exact
    }),
  )
})

t.test('without samples there is no quantile', async (t) => {
  t.equal(quantileMs(newLatencyCounts(), 0.5), undefined)
  t.equal(quantileMs([], 0.5), undefined)
})

t.test('a full counter halves all of them, so that the shape stays', async (t) => {
  const counts = newLatencyCounts()
  const [fast, slow] = [bucketOf(1), bucketOf(100)]
  counts[fast] = 0xffff
  counts[slow] = 1000
  countLatency(counts, 1)
  t.strictSame([counts[fast], counts[slow]], [0x8000, 500])
  countLatency(counts, 100)
  t.equal(counts[slow], 501)
})
