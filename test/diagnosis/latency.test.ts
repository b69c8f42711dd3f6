import t from 'tap'
import { type Cluster, found, foundAfterStart, nine, type Takes, words, zoneOf } from './slow-rounds.ts'

const quick: Takes = () => 0.4
const isOf = (node: string, { from, to }: Parameters<Takes>[0]) => from === node || to === node
const slowNode: Takes = (way) => (isOf('n4', way) ? 151 : 0.4)
const isBetween = (a: string, b: string, { from, to }: Parameters<Takes>[0]) =>
  [zoneOf(from), zoneOf(to)].sort().join() === `${a},${b}`

t.test('a node that answers far later than it used to is named within three rounds, and closes', async (t) => {
  const [quiet, two, three, , gone, closed] = found(nine, [
    [10, quick],
    [2, slowNode],
    [1, slowNode],
    [20, slowNode],
    [1, quick],
    [8, quick],
  ])
  t.strictSame([quiet, two].map(words), [[], []])
  t.match(three, [{ fault: 'latency', entity: { kind: 'node', name: 'n4' }, state: 'open', confidence: 'medium' }])
  t.equal(
    three?.[0]?.text,
    'n4: answers take 149 ms, usually 0.4 ms, on 16 of 16 paths; elsewhere 56 of 56 paths are as usual',
  )
  t.strictSame(three?.[0]?.evidence, [{ check: 'peer_tcp', role: 'through', ok: 0, failed: 16 }])
  t.strictSame(three?.[0]?.contrast, [{ check: 'peer_tcp', ok: 56, total: 56 }])
  t.equal(three?.[0]?.firstEvidence, '1970-01-01T02:48:20.000Z')
  t.match(gone, [{ id: three?.[0]?.id, state: 'recovering' }])
  t.strictSame(words(closed), [])
})

t.test('what is slow is told apart from what is not', async (t) => {
  const cases: readonly (readonly [name: string, before: Takes, now: Takes, expected: readonly string[]])[] = [
    ['two nodes', quick, (way) => (isOf('n2', way) || isOf('n8', way) ? 60 : 0.4), ['latency n2', 'latency n8']],
    ['between two zones', quick, (way) => (isBetween('a', 'c', way) ? 40 : 0.4), ['latency a|c']],
    [
      'a long way that takes twice as long',
      (way) => (isBetween('a', 'b', way) ? 80 : 0.4),
      (way) => (isBetween('a', 'b', way) ? 160 : 0.4),
      ['latency a|b'],
    ],
    [
      'a node and a border',
      quick,
      (way) => (isOf('n1', way) || isBetween('b', 'c', way) ? 90 : 0.4),
      ['latency b|c', 'latency n1'],
    ],
    ['ten times of next to nothing', () => 0.3, (way) => (isOf('n4', way) ? 3 : 0.3), []],
    ['a long way a little longer', () => 80, (way) => (isOf('n4', way) ? 110 : 80), []],
    ['everything', quick, () => 151, []],
    ['two pairs', quick, ({ from, to }) => (from === 'n4' && (to === 'n5' || to === 'n9') ? 151 : 0.4), []],
    [
      'all but some of its paths',
      quick,
      (way) => (isOf('n4', way) && !isBetween('b', 'b', way) ? 151 : 0.4),
      ['latency n4'],
    ],
    ['half of its paths', quick, (way) => (isOf('n4', way) && isBetween('a', 'b', way) ? 151 : 0.4), []],
  ]
  for (const [name, before, now, expected] of cases) {
    const [, after] = found(nine, [
      [10, before],
      [6, now],
    ])
    t.strictSame(words(after), expected, name)
  }
})

t.test('whoever has too little time makes nobody slow', async (t) => {
  const late: readonly (readonly [name: string, takes: Takes])[] = [
    ['it finds all late that it asks', ({ from }) => (from === 'n4' ? 151 : 0.4)],
    [
      'its process answers late, its kernel does not',
      ({ to, check }) => (to === 'n4' && check !== 'peer_tcp' ? 151 : 0.4),
    ],
    [
      'connections are late because packets are lost',
      (way) => (isOf('n4', way) && way.check === 'peer_tcp' ? 1004 : 0.4),
    ],
  ]
  for (const [name, takes] of late) {
    const [, after] = found(nine, [
      [10, quick],
      [6, takes],
    ])
    t.strictSame(words(after), [], name)
  }
})

t.test('an agent that starves is not asked how long others took', async (t) => {
  const starving: Cluster = {
    ...nine,
    round: ({ node, round }) => (node === 'n4' && round < 1010 ? { starvedScore: 4 } : {}),
  }
  const [, after] = found(starving, [
    [10, ({ from }) => (from === 'n4' ? 151 : 0.4)],
    [4, slowNode],
  ])
  t.strictSame(words(after), ['latency n4'], 'nor is it taken for usual')
})

t.test('the fewest who explain it are named', async (t) => {
  const narrow = { nodes: ['n1', 'n2', 'n3', 'n4', 'n40', 'n41', 'n42', 'n43', 'n44', 'n45', 'n46', 'n7'] }
  const wide = { nodes: ['n1', 'n10', 'n11', 'n12', 'n13', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9'] }
  const cases: readonly (readonly [name: string, cluster: Cluster, now: Takes, expected: readonly string[]])[] = [
    [
      'two of three nodes of a zone',
      narrow,
      (way) => (isOf('n1', way) || isOf('n2', way) ? 151 : 0.4),
      ['latency n1', 'latency n2'],
    ],
    [
      'all nodes of a zone',
      wide,
      ({ from, to }) => (zoneOf(from) === 'a' || zoneOf(to) === 'a' ? 151 : 0.4),
      ['latency a|b', 'latency a|c'],
    ],
    ['one of three nodes: two pairs are too few', { nodes: ['n1', 'n2', 'n4'] }, slowNode, []],
    [
      'one that asks all and is asked by one',
      nine,
      ({ from, to }) => (to === 'n4' && from !== 'n5' ? undefined : from === 'n4' ? 151 : 0.4),
      [],
    ],
  ]
  for (const [name, cluster, now, expected] of cases) {
    const [, after] = found(cluster, [
      [10, (way) => (now(way) === undefined ? undefined : 0.4)],
      [6, now],
    ])
    t.strictSame(words(after), expected, name)
  }
})

t.test('what is usual has room for what happens now and then', async (t) => {
  const [, restless] = found(nine, [
    [20, ({ round }) => (round % 2 === 0 ? 0.4 : 12)],
    [6, (way) => (isOf('n4', way) ? 45 : 0.4)],
  ])
  t.strictSame(words(restless), [])
  const [, , , after] = found(nine, [
    [1, quick],
    [1, () => 1510],
    [20, quick],
    [4, slowNode],
  ])
  t.strictSame(words(after), ['latency n4'], 'and one bad round spoils nothing')
})

t.test('one flow that is quick does not make the others quick', async (t) => {
  const [, after] = found(nine, [
    [10, quick],
    [4, (way) => (way.fixed ? 0.4 : slowNode(way))],
  ])
  t.strictSame(words(after), ['latency n4'])
})

t.test('single rounds and single answers are no news', async (t) => {
  const [, one, between, again] = found(nine, [
    [10, quick],
    [2, slowNode],
    [2, quick],
    [2, slowNode],
  ])
  t.strictSame([one, between, again].map(words), [[], [], []])
})

t.test('a way that answers to connections alone, or to datagrams alone, is judged by them', async (t) => {
  for (const only of ['peer_tcp', 'peer_udp']) {
    const [, after] = found(nine, [
      [10, (way) => (way.check === only ? 0.4 : undefined)],
      [6, (way) => (way.check === only ? slowNode(way) : undefined)],
    ])
    t.strictSame(words(after), ['latency n4'], only)
  }
})

t.test('nobody is slow who has not been known for a while', async (t) => {
  const [, early] = found(nine, [
    [4, quick],
    [4, slowNode],
  ])
  t.strictSame(words(early), [])
  t.strictSame(
    words(foundAfterStart(nine, 20, quick, slowNode)),
    ['latency n4'],
    'what agents kept is knowledge enough',
  )
})

t.test('what was slow when it was met is known better soon after it is quick', async (t) => {
  const [, , again] = found(nine, [
    [12, slowNode],
    [40, quick],
    [4, slowNode],
  ])
  t.strictSame(words(again), ['latency n4'])
})

t.test('what has lasted for six hours is how it is', async (t) => {
  const slowly = { ...nine, roundSeconds: 600 }
  const [, after, later, usual, gone] = found(slowly, [
    [10, quick],
    [34, slowNode],
    [12, slowNode],
    [12, slowNode],
    [6, (way) => (isOf('n4', way) ? 1510 : 0.4)],
  ])
  t.strictSame(words(after), ['latency n4'])
  t.strictSame(
    [later, usual].map((each) => each?.filter(({ state }) => state === 'open')),
    [[], []],
  )
  t.strictSame(words(gone), ['latency n4'], 'and what is far slower than that is slow again')
})

t.test('each family of addresses has ways of its own', async (t) => {
  const dual = { ...nine, families: [4, 6] as const }
  const [, after, one] = found(dual, [
    [10, quick],
    [6, (way) => (way.family === 6 ? slowNode(way) : 0.4)],
    [20, slowNode],
  ])
  t.strictSame([after, one].map(words), [['latency n4'], ['latency n4']])
})

t.test('where one node is a whole zone, both are named as what it may be', async (t) => {
  const [, after] = found({ nodes: ['n1', 'n2', 'n3', 'n4'] }, [
    [10, quick],
    [6, slowNode],
  ])
  t.match(after, [
    {
      entity: { kind: 'node', name: 'n4' },
      confidence: 'low',
      alternatives: [{ fault: 'latency', entity: { kind: 'zone_pair', name: 'a|b' }, deltaNats: 0 }],
    },
  ])
})

t.test('agents that leave or have just begun are not listened to', async (t) => {
  for (const change of [{ draining: true }, { seq: 1 }]) {
    const [, after] = found({ ...nine, round: () => change }, [
      [10, quick],
      [6, slowNode],
    ])
    t.strictSame(words(after), [])
  }
})

t.test('a node that was slow and does not answer at all any more is not called slow beside that', async (t) => {
  const [, slow, silent] = found(nine, [
    [10, quick],
    [4, slowNode],
    [8, (way) => (isOf('n4', way) && way.from !== way.to ? Number.POSITIVE_INFINITY : 0.4)],
  ])
  t.strictSame(words(slow), ['latency n4'])
  t.match(silent, [{ entity: { name: 'n4' } }])
  t.not(silent?.[0]?.fault, 'latency')
})

t.test('what is gone is not slow', async (t) => {
  const cases: readonly (readonly [name: string, left: readonly string[], takes: Takes])[] = [
    ['n4', ['n4'], slowNode],
    ['a|c', ['n7', 'n8', 'n9'], (way) => (isBetween('a', 'c', way) ? 151 : 0.4)],
  ]
  for (const [name, left, takes] of cases) {
    const leaving: Cluster = { ...nine, without: (round) => (round >= 1020 ? left : []) }
    const [, slow, gone] = found(leaving, [
      [10, quick],
      [10, takes],
      [10, quick],
    ])
    t.strictSame([slow, gone].map(words), [[`latency ${name}`], []])
  }
})

t.test('clocks that ran ahead for a while leave nothing behind', async (t) => {
  const ahead: Cluster = {
    ...nine,
    round: ({ round }) => (round >= 1010 && round < 1014 ? { round: round + 30 } : {}),
  }
  const [, , after] = found(ahead, [
    [10, quick],
    [6, quick],
    [4, slowNode],
  ])
  t.strictSame(words(after), ['latency n4'])
})
