import t from 'tap'

import { bucketMs } from '../../src/model/latency.ts'
import { createCluster } from '../../src/simulate/cluster.ts'
import { createLatencies } from '../../src/simulate/latencies.ts'
import { counted, single } from '../../src/simulate/latency-counts.ts'
import { createRandom } from '../../src/simulate/random.ts'

t.test('quantiles are those of the last 24 samples of a cell, however many cells there are', async (t) => {
  const random = createRandom(5)
  const latencies = createLatencies(createCluster({ nodes: 3, zones: 1, seed: 1 }), random)
  const cells = Array.from({ length: 1500 }, (_, cell) => latencies.history(cell % 3, cell))
  const samples = cells.map((): number[] => [])
  t.equal(latencies.isEmpty(cells[7] ?? 0), true)
  for (let round = 0; round < 60; round++) {
    cells.forEach((history, cell) => {
      const bucket = random.below(40)
      latencies.note(history, bucket)
      samples[cell]?.push(bucket)
    })
  }
  const wrong = cells.filter((history, cell) => {
    const last = (samples[cell] ?? []).slice(-24).sort((a, b) => a - b)
    const at = (share: number) => Number(bucketMs(last[Math.ceil(share * 24) - 1] ?? 0).toPrecision(3))
    return latencies.quantileMs(history, 0.5) !== at(0.5) || latencies.quantileMs(history, 0.99) !== at(0.99)
  })
  t.same(wrong, [])
  t.equal(latencies.history(1, 4), cells[4], 'a cell keeps its history')
})

t.test('answers are counted by bucket, low ones first', async (t) => {
  t.same(single(9), [[9, 1]])
  t.same(counted([]), [])
  t.same(counted([5, 5]), [[5, 2]])
  t.same(counted([8, 3]), [
    [3, 1],
    [8, 1],
  ])
  t.same(counted([8, 3, 8, 1]), [
    [1, 1],
    [3, 1],
    [8, 2],
  ])
})
