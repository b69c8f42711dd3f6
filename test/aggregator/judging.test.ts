import t, { type Test } from 'tap'

import { type Assembled, createAssembler } from '../../src/aggregator/assemble.ts'
import { type Judged, keepJudging } from '../../src/aggregator/judging.ts'
import type { Census } from '../../src/model/census.ts'
import type { Round } from '../../src/model/round.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { findingOf } from '../support/findings.ts'
import { roundOf } from '../support/rounds.ts'

const roundMs = 10_000
const nodes = ['n1', 'n2']
const censusOf = (names: readonly string[]): Census => ({
  ...{ viewHash: 'v', nodes: [], replicas: [] },
  agents: names.map((node) => ({ node, podUid: `uid-${node}`, host: '127.0.0.1', port: 1 })),
})
const first = 1_000_000_000_000 / roundMs
const finding = findingOf('node_down', { kind: 'node', name: 'n1' })

/** A judge at work, in the first second of a round. */
function judging(t: Test, tookMs = 0, names: readonly string[] = nodes) {
  const clock = createFakeClock(1_000_000_000_000)
  const assembler = createAssembler<Round>(roundMs / 1000)
  const inputs: Assembled<Round>[] = []
  const judged: Judged<Round>[] = []
  const stop = new AbortController()
  const judge = {
    async observe(input: Assembled<Round>) {
      inputs.push(input)
      if (tookMs > 0) await clock.sleep(tookMs, stop.signal)
      return [finding]
    },
  }
  const parts = {
    assembler,
    census: () => censusOf(names),
    judge,
    clock,
    roundMs,
    onJudged: (one: Judged<Round>) => judged.push(one),
  }
  const done = keepJudging(parts, stop.signal)
  t.teardown(() => stop.abort())
  const tell = (round: number, ...names: readonly string[]) => {
    for (const node of names) assembler.add(roundOf(node, first + round))
  }
  const end = async () => {
    stop.abort()
    await done.catch(() => undefined)
  }
  return { clock, tell, inputs, judged, end, done, stop }
}

t.test('a round is judged as soon as everybody has told it', async (t) => {
  const { clock, tell, inputs, judged, end } = judging(t)
  await clock.advance(9900)
  tell(0, ...nodes)
  await clock.advance(50)
  t.equal(inputs.length, 0, 'not before it is over')
  await clock.advance(100)
  t.match(inputs, [{ round: first, rounds: [{ node: 'n1' }, { node: 'n2' }] }])
  t.match(judged, [{ findings: [finding], lateMs: 0 }])
  await end()
})

t.test('before half of the agents have told anything nobody is judged, unless that goes on', async (t) => {
  const { clock, inputs, end } = judging(t)
  await clock.advance(4 * roundMs + 1900)
  t.strictSame(inputs, [])
  await clock.advance(200)
  t.match(inputs, [{ round: first + 3, rounds: [] }])
  await end()
})

t.test('an aggregator that was stopped blames nobody for what it has not heard', async (t) => {
  const { clock, tell, inputs, end } = judging(t)
  tell(0, ...nodes)
  await clock.advance(10_100)
  clock.jumpWall(3 * roundMs)
  await clock.advance(roundMs)
  t.equal(inputs.length, 1, 'the round that it waited for is long over')
  for (const round of [1, 2, 3, 4, 5]) tell(round, ...nodes)
  await clock.advance(roundMs)
  t.match(inputs[1], { round: first + 5, pull: { failed: [] } })
  t.equal(inputs[1]?.rounds.length, 10, 'with all that agents told meanwhile')
  await end()
})

t.test('who is late is waited for, and not for long', async (t) => {
  const { clock, tell, inputs, judged, end } = judging(t)
  tell(-1, 'n2')
  tell(0, 'n1')
  await clock.advance(11_900)
  t.equal(inputs.length, 0)
  await clock.advance(200)
  t.equal(inputs.length, 1)
  t.equal(judged[0]?.lateMs, 2000)
  tell(0, 'n2')
  await clock.advance(10_000)
  t.match(inputs[1], { rounds: [{ node: 'n2' }] }, 'what came too late is in the next')
  await end()
})

t.test('as long as more arrive they are waited for, up to two fifths of a round', async (t) => {
  const many = Array.from({ length: 100 }, (_, i) => `m${i}`)
  const { clock, tell, inputs, end } = judging(t, 0, many)
  const judged = () => inputs.filter(({ isPast }) => !isPast)
  tell(-1, ...many)
  await clock.advance(10_000)
  for (const node of many.slice(0, 25)) {
    tell(0, node)
    await clock.advance(100)
  }
  t.equal(judged().length, 0, 'half a second after the grace')
  await clock.advance(200)
  t.match(judged(), [{ heard: 25 }], 'nobody came any more')
  await clock.advance(7300)
  for (const node of many) {
    tell(1, node)
    await clock.advance(100)
  }
  const { heard = 0 } = judged()[1] ?? {}
  t.ok(heard > 35 && heard < 45, `${heard} in four seconds`)
  await end()
})

t.test('after a judge who took three rounds all that was told meanwhile is judged at once', async (t) => {
  const { clock, tell, inputs, end } = judging(t, 32_000)
  for (let round = 0; round < 6; round++) {
    tell(round, ...nodes)
    await clock.advance(roundMs)
  }
  const seen = inputs.flatMap(({ rounds }) => rounds.map(({ node, round }) => `${node}/${round - first}`))
  t.strictSame(seen.sort(), ['n1/0', 'n1/1', 'n1/2', 'n1/3', 'n2/0', 'n2/1', 'n2/2', 'n2/3'])
  t.strictSame(
    inputs.map(({ round }) => round - first),
    [0, 3],
    'the newest that is over',
  )
  await end()
})

t.test('what agents kept of the past is judged first, in order, and accuses nobody of silence', async (t) => {
  const { clock, tell, inputs, end } = judging(t)
  for (const round of [-3, -2, -1]) tell(round, 'n1')
  for (const round of [-9, -2, -1]) tell(round, 'n2')
  await clock.advance(9900)
  tell(0, 'n1')
  await clock.advance(2200)
  t.match(
    inputs.map(({ round, isPast, pull, rounds }) => [round, isPast, pull, rounds.length]),
    [
      [first - 2, true, { tried: 0, failed: [] }, 4],
      [first - 1, true, { tried: 0, failed: [] }, 2],
      [first, false, { tried: 2, failed: [{ node: 'n2' }] }, 1],
    ],
    'a round that only one has told is no round of its own',
  )
  await end()
})

t.test('a judge that fails ends it, and so does the signal', async (t) => {
  const clock = createFakeClock(1_000_000_000_000)
  const observe = async () => {
    throw new Error('the judge is gone')
  }
  const parts = {
    assembler: createAssembler<Round>(roundMs / 1000),
    census: () => censusOf(nodes),
    judge: { observe },
    clock,
    roundMs,
  }
  const failing = t.rejects(
    keepJudging({ ...parts, onJudged: () => {} }, new AbortController().signal),
    /judge is gone/,
  )
  await clock.advance(42_100)
  await failing
  const { end, done } = judging(t)
  await end()
  await done
})
