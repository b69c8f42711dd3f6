import t from 'tap'

import { createSharedParts } from '../../src/aggregator/shared-parts.ts'
import type { Round } from '../../src/model/round.ts'
import { podNetworkCut } from '../../src/simulate/scenarios/list.ts'
import { simulate } from '../../src/simulate/simulate.ts'
import { heapInUse } from '../support/heap.ts'

const fresh = (text: string): Round => JSON.parse(text)
const options = { nodes: 60, zones: 3, scenario: podNetworkCut, noise: 'N2', seed: 3 } as const
const texts = [...simulate(options)].flatMap(({ input }) => input.rounds.map((round) => JSON.stringify(round)))

t.test('rounds of shared parts say the same', async (t) => {
  const { share } = createSharedParts()
  t.strictSame(
    texts.map((text) => JSON.stringify(share(fresh(text)))),
    texts,
  )
})

t.test('what only looks alike is not shared', async (t) => {
  const { share } = createSharedParts()
  const pair = { check: 'peer_http', peer: 'x', family: 4, ok: 1, failed: 0 } as const
  const histograms = [
    [],
    [[1, 1]],
    [[1, 2]],
    [[2, 1]],
    [
      [1, 1],
      [2, 1],
    ],
    [[0, 1]],
    [
      [0, 0],
      [0, 1],
    ],
    [[1, 256]],
  ]
  const ok = [
    { check: 'dns_replica', target: 'a', family: 4, n: 1 },
    { check: 'dns_replica', target: 'a', variant: 'internal', family: 4, n: 1 },
    { check: 'dns_replica', zone: 'a', family: 4, n: 1 },
    { check: 'dns_replica', target: 'a', family: 6, n: 1 },
    { check: 'dns_replica', target: 'a', family: 4, n: 11 },
  ]
  const stable = histograms.map((latency) => ({ ...pair, latency }))
  const round = { ...fresh(texts[0] ?? ''), ok, stable } as unknown as Round
  for (let times = 0; times < 2; times++) {
    const shared = share(structuredClone(round))
    t.strictSame([shared.ok, shared.stable], [ok, stable])
  }
})

t.test('they take much less memory', async (t) => {
  const sizeOf = (make: () => readonly Round[]) => {
    const before = heapInUse()
    const rounds = make()
    const bytes = heapInUse() - before
    return rounds.length > 0 ? bytes : 0
  }
  const apart = sizeOf(() => texts.map(fresh))
  const shared = sizeOf(() => {
    const { share } = createSharedParts()
    return texts.map((text) => share(fresh(text)))
  })
  t.ok(shared < 0.75 * apart, `${(shared / 1e6).toFixed(1)} of ${(apart / 1e6).toFixed(1)} MB`)
})
