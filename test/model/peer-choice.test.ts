import fc from 'fast-check'
import t from 'tap'

import { choosePeers, ringsOf, viewOf } from '../../src/model/peer-choice.ts'
import { choiceOf, choicesOf, crowdOf, edgesOf, nodesOf } from '../support/crowd.ts'

const epochs = fc.integer({ min: 0, max: 50_000_000 })

t.test('up to 32 nodes everyone probes everyone', async (t) => {
  for (let count = 2; count <= 32; count++) {
    const peers = crowdOf(count)
    for (const [self, { stable, peers: all, predecessors }] of choicesOf(peers, 7)) {
      const others = nodesOf(peers.filter(({ node }) => node !== self)).toSorted()
      t.strictSame(nodesOf(stable).toSorted(), others, `${self} of ${count}`)
      t.strictSame(nodesOf(predecessors).toSorted(), others)
      t.strictSame(all, stable)
    }
  }
})

t.test('beyond 32 nodes the number of peers stays the same', async (t) => {
  for (const [count, expected] of [
    [32, [31, 0]],
    [33, [7, 6]],
    [5000, [7, 6]],
  ] as const) {
    const { stable, rotating } = choiceOf('node-0', crowdOf(count), 7)
    // Of 33 nodes some are on several lists, and count once.
    t.ok(stable.length <= expected[0] && stable.length >= expected[0] - 2, `${stable.length} stable of ${count}`)
    t.ok(rotating.length <= expected[1] && rotating.length >= expected[1] - 3, `${rotating.length} rotating`)
  }
})

t.test('lists have no doubles, not ourselves and only known peers', async () => {
  const property = fc.property(fc.integer({ min: 1, max: 5000 }), epochs, fc.nat(), (count, epoch, at) => {
    const peers = crowdOf(count)
    const self = `node-${at % count}`
    const { stable, rotating, zonal, peers: all, predecessors, hosts, nodePorts } = choiceOf(self, peers, epoch)
    const known = new Set(nodesOf(peers))
    const lists = [all, predecessors, hosts, nodePorts].map(nodesOf)
    return (
      lists.every((list) => new Set(list).size === list.length && !list.includes(self)) &&
      lists.flat().every((node) => known.has(node)) &&
      all.length === stable.length + rotating.length + zonal.length &&
      (count <= 32 || (stable.length <= 7 && rotating.length <= 6 && zonal.length <= 2)) &&
      hosts.length === Math.min(4, count - 1) &&
      nodePorts.length === Math.min(5, count - 1)
    )
  })
  const examples: [number, number, number][] = [
    [1, 0, 0],
    [2, 0, 1],
    [32, 1, 31],
    [33, 1, 32],
    [5000, 44_879_976, 4999],
  ]
  fc.assert(property, { numRuns: 150, examples })
})

t.test('I expect the datagrams of exactly those who have me among their stable peers', async (t) => {
  for (const count of [2, 20, 33, 100, 1000]) {
    const choices = choicesOf(crowdOf(count), 3)
    const sent = edgesOf(choices, 'stable').map(([from, to]) => `${from}>${to}`)
    const expected = edgesOf(choices, 'predecessors').map(([to, from]) => `${from}>${to}`)
    t.strictSame(sent.toSorted(), expected.toSorted(), `at ${count} nodes`)
  }
})

t.test('nobody is probed by many more or many fewer than others', async (t) => {
  for (const count of [100, 1000]) {
    const peers = crowdOf(count, (index) => (index < 3 ? 'small' : `zone-${index % 3}`))
    for (const epoch of [0, 44_879_976]) {
      const choices = choicesOf(peers, epoch)
      const [asked, always] = [askedBy(edgesOf(choices, 'peers')), askedBy(edgesOf(choices, 'stable'))]
      const [fewest, most] = [Math.min(...asked), Math.max(...asked)]
      t.equal(asked.length, count, 'everyone is probed')
      t.ok(fewest >= 11 && most <= 16, `${count} nodes are probed by ${fewest} to ${most}`)
      t.ok(Math.min(...always) >= 5 && Math.max(...always) === 7, 'each ring gives everyone one prober')
    }
  }
})

t.test('hosts are asked by exactly four, NodePorts by exactly five', async (t) => {
  const choices = choicesOf(crowdOf(200), 0)
  t.strictSame(
    askedBy(edgesOf(choices, 'hosts')),
    Array.from({ length: 200 }, () => 4),
  )
  t.strictSame(
    askedBy(edgesOf(choices, 'nodePorts')),
    Array.from({ length: 200 }, () => 5),
  )
})

t.test('stable peers stay whatever the epoch; rotating ones change', async (t) => {
  const peers = crowdOf(500)
  const now = choiceOf('node-7', peers, 10)
  const later = choiceOf('node-7', peers, 11)
  t.strictSame(now.stable, later.stable)
  t.equal(now.rotating.length, 6)
  t.strictSame(
    later.rotating.filter(({ node }) => nodesOf(now.rotating).includes(node)),
    [],
  )
})

t.test('a node that leaves takes its fourteen stable edges away, and seven come', async (t) => {
  const peers = crowdOf(1000)
  const before = new Set(edgesOf(choicesOf(peers, 0), 'stable').map(String))
  for (const gone of [0, 500]) {
    const after = new Set(edgesOf(choicesOf(peers.toSpliced(gone, 1), 0), 'stable').map(String))
    const [removed, added] = [before.difference(after).size, after.difference(before).size]
    t.ok(removed >= 12 && removed <= 14, `${removed} removed`)
    t.ok(added >= 5 && added <= 7, `${added} added`)
  }
})

t.test('the choice does not depend on the order in which peers were heard of', async () => {
  const shuffled = fc.integer({ min: 2, max: 300 }).chain((count) => {
    const peers = crowdOf(count)
    return fc.tuple(fc.constant(peers), fc.shuffledSubarray([...peers], { minLength: count }))
  })
  const property = fc.property(shuffled, epochs, ([peers, shuffledPeers], epoch) => {
    const [a, b] = [peers, shuffledPeers].map((list) => choiceOf('node-1', list, epoch))
    return JSON.stringify(a) === JSON.stringify(b)
  })
  fc.assert(property, { numRuns: 100 })
})

t.test('another seed is another choice', async (t) => {
  const peers = crowdOf(500)
  const [a, b] = ['seed', 'other'].map((seed) => choiceOf('node-7', peers, 10, seed))
  for (const list of ['stable', 'rotating', 'hosts', 'predecessors'] as const) {
    t.notSame(a && nodesOf(a[list]), b && nodesOf(b[list]), list)
  }
  t.not(a?.rank, b?.rank)
})

t.test('rotation follows the frozen view, without those who left since', async (t) => {
  const peers = crowdOf(200)
  const frozen = ringsOf(viewOf(peers), 'seed')
  const before = choosePeers(frozen, frozen, 'seed', 'node-0', 5)
  const gone = before.rotating[0]?.node ?? ''
  const live = ringsOf(viewOf(peers.filter(({ node }) => node !== gone)), 'seed')
  const after = choosePeers(live, frozen, 'seed', 'node-0', 5)
  t.strictSame(after.rotating, before.rotating.slice(1))
  t.notOk(nodesOf(after.peers).includes(gone))
})

t.test('a node that the frozen view does not know has stable peers, but none that rotate', async (t) => {
  const peers = crowdOf(200)
  const [live, frozen] = [ringsOf(viewOf(peers), 'seed'), ringsOf(viewOf(peers.slice(1)), 'seed')]
  const { stable, rotating, zonal } = choosePeers(live, frozen, 'seed', 'node-0', 5)
  t.equal(stable.length, 7)
  t.strictSame([rotating, zonal], [[], []])
})

t.test('one node chooses among 5,000 in a few milliseconds', async (t) => {
  const rings = ringsOf(viewOf(crowdOf(5000)), 'seed')
  const times = Array.from({ length: 20 }, (_, epoch) => {
    const began = performance.now()
    choosePeers(rings, rings, 'seed', 'node-0', epoch)
    return performance.now() - began
  })
  const [best, median] = [Math.min(...times), times.toSorted((a, b) => a - b)[10] ?? Number.NaN]
  t.comment(`at 5,000 nodes: median ${median.toFixed(1)} ms, first ${times[0]?.toFixed(1)} ms`)
  // Coverage makes everything several times slower, and the machine may be busy: this only finds what is quadratic.
  t.ok(best < 250, 'the best of twenty')
})

function askedBy(edges: ReturnType<typeof edgesOf>): readonly number[] {
  return [...Map.groupBy(edges, ([, to]) => to).values()].map(({ length }) => length)
}
