import t from 'tap'

import { createExpectations } from '../../src/agent/expectations.ts'
import { viewOf } from '../../src/model/peer-choice.ts'
import { peerOn } from '../support/agent.ts'
import { createFakeClock } from '../support/fake-clock.ts'

const pace = { roundMs: 10_000, slotMs: 500 }
const start = 170_000_000
const view = viewOf([peerOn('node-1'), peerOn('node-2')])

/** Rounds of three datagrams as `node-2` sends them, its clock ahead of ours by `aheadMs`. */
async function received({ aheadMs = 0, lost = [] as readonly number[], viewHash = view.hash, rounds = 8 }) {
  const clock = createFakeClock(start * pace.roundMs)
  const expectations = createExpectations(clock, pace)
  expectations.expect([peerOn('node-2')], [4], view)
  const taken: number[] = []
  let sameView = true
  for (let step = 0; step < rounds * 100; step++) {
    const sentMs = clock.wallMs() + aheadMs
    const round = Math.floor(sentMs / pace.roundMs)
    const index = [200, 2900, 5600].indexOf(sentMs - round * pace.roundMs)
    if (index >= 0 && !(lost.includes(index) && round >= start + 4)) {
      expectations.note({ from: 'node-2', family: 4, round, index, viewHash, sentMs })
    }
    await clock.advance(100)
    if (clock.wallMs() % pace.roundMs !== 0) continue
    for (const count of expectations.take()) {
      taken.push(count.got)
      sameView &&= count.sameView
    }
  }
  return { taken, sameView }
}

t.test('whole rounds count three of three, whatever the sender believes the time to be', async (t) => {
  for (const aheadMs of [0, 1500, -1500, 3000, -3000, 9000, -9000, 60_000, -60_000]) {
    const { taken } = await received({ aheadMs })
    t.ok(taken.length >= 4, `${aheadMs} ms ahead: ${taken.length} rounds were judged`)
    t.same(new Set(taken), new Set([3]), `${aheadMs} ms ahead: nothing is missing`)
  }
})

t.test('lost datagrams are missing, also when all are', async (t) => {
  t.same(new Set((await received({ lost: [1] })).taken.slice(-2)), new Set([2]))
  t.same(new Set((await received({ lost: [0, 1, 2] })).taken.slice(-2)), new Set([0]))
})

t.test('a sender that says another view is marked', async (t) => {
  t.equal((await received({})).sameView, true)
  t.equal((await received({ viewHash: 'another' })).sameView, false)
})

t.test('repeats count once, confirmations and strangers never', async (t) => {
  const clock = createFakeClock(start * pace.roundMs)
  const expectations = createExpectations(clock, pace)
  expectations.expect([peerOn('node-2')], [4], view)
  const datagram = { from: 'node-2', family: 4, round: start + 4, index: 0, viewHash: view.hash } as const
  expectations.take()
  expectations.take()
  await clock.advance(4 * pace.roundMs)
  for (const index of [0, 0, 3, 7]) expectations.note({ ...datagram, index, sentMs: clock.wallMs() })
  expectations.note({ ...datagram, from: 'node-9', index: 1, sentMs: clock.wallMs() })
  await clock.advance(pace.roundMs)
  t.match(expectations.take(), [{ from: 'node-2', expected: 3, got: 1 }])
})

t.test('a sender that is no longer expected is not missed', async (t) => {
  const clock = createFakeClock(start * pace.roundMs)
  const expectations = createExpectations(clock, pace)
  expectations.expect([peerOn('node-2')], [4], view)
  for (const _unsure of [1, 2]) expectations.take()
  await clock.advance(6 * pace.roundMs)
  t.match(expectations.take(), [{ got: 0 }], 'missed while it is expected')
  await clock.advance(pace.roundMs)
  expectations.expect([], [4], view)
  t.same(expectations.take(), [])
})

t.test('a recorded datagram, repeated, does not change what is expected', async (t) => {
  const clock = createFakeClock(start * pace.roundMs)
  const expectations = createExpectations(clock, pace)
  expectations.expect([peerOn('node-2')], [4], view)
  const datagram = { from: 'node-2', family: 4, viewHash: view.hash } as const
  const got: number[] = []
  for (let round = start; round < start + 6; round++) {
    for (const index of [0, 1, 2]) expectations.note({ ...datagram, round, index, sentMs: clock.wallMs() })
    const hourAgo = clock.wallMs() - 3_600_000
    expectations.note({ ...datagram, round: round - 360, index: 0, sentMs: hourAgo })
    await clock.advance(pace.roundMs)
    got.push(...expectations.take().map((count) => count.got))
  }
  t.same(got, [3, 3, 3, 3])
})
