import fc from 'fast-check'
import t from 'tap'

import type { Peer } from '../../src/model/peer.ts'
import { choosePeers, ringsOf, viewOf } from '../../src/model/peer-choice.ts'
import { crowdOf, nodesOf } from '../support/crowd.ts'

const epochs = fc.integer({ min: 0, max: 50_000_000 })

t.test('every ordered pair is covered after ⌈(N−1)/6⌉ epochs, whenever one begins to look', async (t) => {
  for (const [count, sources] of Object.entries({ 33: 33, 34: 34, 46: 46, 100: 100, 200: 200, 1000: 5 })) {
    const peers = crowdOf(Number(count))
    t.strictSame(
      nodesOf(peers.slice(0, sources)).filter((self) => !coversAll(self, peers, 44_879_976 + Number(count))),
      [],
      `at ${count} nodes`,
    )
  }
})

t.test('a number of nodes that divides badly is covered as soon as others', async () => {
  const counts = fc.integer({ min: 33, max: 300 })
  fc.assert(
    fc.property(counts, epochs, fc.nat(), (count, begin, at) => coversAll(`node-${at % count}`, crowdOf(count), begin)),
    {
      numRuns: 40,
      examples: [
        [121, 0, 0],
        [137, 1, 136],
      ],
    },
  )
})

function coversAll(self: string, peers: readonly Peer[], begin: number): boolean {
  const rings = ringsOf(viewOf(peers), 'seed')
  const covered = new Set<string>()
  for (let epoch = begin; epoch < begin + Math.ceil((peers.length - 1) / 6); epoch++) {
    for (const { node } of choosePeers(rings, rings, 'seed', self, epoch).peers) covered.add(node)
  }
  return covered.size === peers.length - 1
}
