import t from 'tap'

import { createAssembler } from '../../src/aggregator/assemble.ts'
import type { Census } from '../../src/model/census.ts'
import { roundOf } from '../support/rounds.ts'

const censusOf = (...nodes: readonly string[]): Census => ({
  viewHash: 'v1',
  nodes: nodes.map((node) => ({ node, zone: 'a', podUid: `uid-${node}`, ready: true, cordoned: false })),
  replicas: [{ check: 'dns_replica', name: 'kube-system/dns-1', node: 'n1' }],
  agents: nodes.map((node) => ({ node, podUid: `uid-${node}`, host: '127.0.0.1', port: 1 })),
})
const census = censusOf('n1', 'n2', 'n3')
const told = ({ rounds }: { readonly rounds: readonly { node: string; round: number }[] }) =>
  rounds.map(({ node, round }) => `${node}/${round}`)

t.test('an input has what has arrived up to its round, once, with the cluster as it is known', async (t) => {
  const assembler = createAssembler(10)
  for (const node of ['n1', 'n2', 'n3']) for (const round of [8, 9, 10]) assembler.add(roundOf(node, round))
  assembler.add(roundOf('n1', 11))
  const first = assembler.take(10, census)
  t.equal(first.rounds.length, 9, 'what agents kept from before we came belongs to the first')
  t.match(first, { round: 10, roundSeconds: 10, view: { round: 10, viewHash: 'v1', nodes: census.nodes } })
  t.strictSame(first.pull, { kind: 'pull', round: 10, tried: 3, failed: [] })
  assembler.add(roundOf('n2', 11))
  t.strictSame(told(assembler.take(11, census)), ['n1/11', 'n2/11'])
})

t.test('a round is whole when everybody has told it or cannot be read', async (t) => {
  const assembler = createAssembler(10)
  t.notOk(assembler.isWhole(5, censusOf()), 'nobody is known yet')
  for (const node of ['n1', 'n2']) assembler.add(roundOf(node, 5))
  t.notOk(assembler.isWhole(5, census))
  assembler.unread('n3', 'refused')
  t.ok(assembler.isWhole(5, census))
  assembler.add(roundOf('n3', 4))
  t.notOk(assembler.isWhole(5, census), 'it can be read again')
})

t.test('whose round is missing is told with the reason; who has just come is not', async (t) => {
  const assembler = createAssembler(10)
  for (const node of ['n1', 'n2']) assembler.add(roundOf(node, 5))
  t.strictSame(assembler.take(5, census).pull.failed, [], 'n3 begins')
  assembler.add(roundOf('n1', 6))
  assembler.unread('n3', 'refused')
  t.strictSame(assembler.take(6, census).pull.failed, [
    { node: 'n2', reason: 'timeout' },
    { node: 'n3', reason: 'refused' },
  ])
  for (const node of ['n1', 'n2', 'n3']) assembler.add(roundOf(node, 7))
  assembler.add(roundOf('n2', 6))
  const late = assembler.take(7, census)
  t.strictSame(late.pull.failed, [])
  t.strictSame(told(late).sort(), ['n1/7', 'n2/6', 'n2/7', 'n3/7'], 'what comes late is not lost')
})

t.test('a node that has left is not missed, and is new when it comes back', async (t) => {
  const assembler = createAssembler(10)
  for (const node of ['n1', 'n2', 'n3']) assembler.add(roundOf(node, 5))
  assembler.take(5, census)
  assembler.take(6, censusOf('n1'))
  assembler.add(roundOf('n1', 7))
  t.strictSame(assembler.take(7, census).pull.failed, [])
})

t.test('of the past only what most agents have told is a round to judge', async (t) => {
  const assembler = createAssembler(10)
  for (const round of [2, 3, 4, 5, 9]) for (const node of ['n1', 'n2']) assembler.add(roundOf(node, round))
  for (const round of [1, 3, 5, 9, 10]) assembler.add(roundOf('n3', round))
  t.strictSame(assembler.past(10, census), [3, 5, 9])
  t.strictSame(told(assembler.takePast(3, census)).sort(), ['n1/2', 'n1/3', 'n2/2', 'n2/3', 'n3/1', 'n3/3'])
  t.strictSame(assembler.past(10, census), [5, 9], 'what was taken is over, and what is newer waits')
  t.match(assembler.takePast(5, census), { isPast: true, pull: { tried: 0, failed: [] } })
  t.equal(assembler.takePast(9, census).rounds.length, 3)
  t.match(assembler.take(10, census), { isPast: false, heard: 1, pull: { tried: 3 } })
})

t.test('one who tells too much pushes out nobody else, and who cannot keep up gets the newest', async (t) => {
  const many = Array.from({ length: 1000 }, (_, i) => `m${i}`)
  const assembler = createAssembler(10)
  assembler.add(roundOf('n1', 90))
  for (let i = 0; i < 1000; i++) assembler.add(roundOf('liar', 90, { seq: i }))
  t.equal(assembler.take(90, censusOf('n1', 'liar')).rounds.length, 25)
  for (const node of many) for (const round of [91, 92, 93, 94]) assembler.add(roundOf(node, round))
  const rounds = told(assembler.take(94, censusOf(...many)))
  t.equal(rounds.length, 2000)
  t.equal(rounds.filter((one) => /9[34]$/.test(one)).length, 2000, 'of the newest nothing is left out')
})

t.test('what an agent told by way of the API server comes with its round, once', async (t) => {
  const assembler = createAssembler(10)
  const event = { kind: 'event', round: 7, node: 'n1', podUid: 'uid-n1', unreachable: [] } as const
  assembler.hear(event)
  t.strictSame(assembler.take(6, census).events, [])
  t.strictSame(assembler.take(7, census).events, [event])
  t.strictSame(assembler.take(8, census).events, [])
})

t.test('a clock that is far ahead fills no memory, and is no word of now', async (t) => {
  const assembler = createAssembler(10)
  for (let round = 100; round < 10_000; round++) assembler.add(roundOf('n1', round))
  assembler.take(5, census)
  t.strictSame(told(assembler.take(9000, census)), [], 'they were dropped when they came')
})

t.test('while the length of rounds is changed, agents of another are neither judged nor waited for', async (t) => {
  const assembler = createAssembler(10)
  const other = (node: string) => assembler.add(roundOf(node, 2 * 5 + 1, { roundSeconds: 5 }))
  for (const node of ['n2', 'n3']) other(node)
  t.notOk(assembler.isWhole(5, census), 'n1 has not told yet')
  assembler.add(roundOf('n1', 5))
  t.ok(assembler.hasBegun(census))
  t.ok(assembler.isWhole(5, census))
  const input = assembler.take(5, census)
  t.strictSame(told(input), ['n1/5'])
  t.match(input, { heard: 1, pull: { tried: 1, failed: [] } })
  t.strictSame(
    input.view.nodes.map(({ podUid }) => podUid),
    ['uid-n1', '', ''],
    'as if no agent ran there',
  )
  assembler.add(roundOf('n2', 6))
  assembler.unread('n3', 'refused')
  t.match(assembler.take(6, census).pull, {
    tried: 3,
    failed: [
      { node: 'n1', reason: 'timeout' },
      { node: 'n3', reason: 'refused' },
    ],
  })
})
