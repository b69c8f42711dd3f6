import t from 'tap'

import { runSchedule } from '../../src/agent/scheduler.ts'
import { hash53 } from '../../src/model/hash.ts'
import { createFakeClock } from '../support/fake-clock.ts'

const pace = { roundMs: 10_000, slotMs: 500 }
const node = 'node-1'
const phaseMs = hash53(node) % pace.slotMs
const roundStartMs = 170_000_000 * pace.roundMs + phaseMs

function scheduleFrom(wallMs: number) {
  const clock = createFakeClock(wallMs)
  const seen: string[] = []
  const missed: number[] = []
  const stop = new AbortController()
  const events = {
    roundEnds: (round: number) => void seen.push(`end ${round - 170_000_000}`),
    slot: async (round: number, slot: number) => void seen.push(`${round - 170_000_000}/${slot}`),
    late() {},
    missed: (slots: number) => void missed.push(slots),
  }
  const done = runSchedule({ clock, pace, node, events }, stop.signal)
  return { clock, seen, missed, stop, done }
}

t.test('schedule runs 16 slots in the first 8 s of a round, then ends it', async (t) => {
  const { clock, seen, missed, stop, done } = scheduleFrom(roundStartMs - 1)
  await clock.advance(10_001)
  t.same(missed, [])
  t.same(seen, ['end -1', ...Array.from({ length: 16 }, (_, slot) => `0/${slot}`), 'end 0', '1/0'])
  stop.abort()
  await done
})

t.test('schedule begins with the next slot when it starts in the middle of one', async (t) => {
  const { clock, seen, stop, done } = scheduleFrom(roundStartMs + 3200)
  await clock.advance(400)
  t.same(seen, ['0/7'])
  stop.abort()
  await done
})

t.test('schedule does not make up for slots that it missed', async (t) => {
  const clock = createFakeClock(roundStartMs)
  const seen: number[] = []
  const missed: number[] = []
  const stop = new AbortController()
  const events = {
    roundEnds() {},
    late() {},
    missed: (slots: number) => void missed.push(slots),
    async slot(_round: number, slot: number) {
      seen.push(slot)
      // The first slot's work takes as long as four slots.
      if (slot === 1) await clock.sleep(2000, stop.signal)
    },
  }
  const done = runSchedule({ clock, pace, node, events }, stop.signal)
  await clock.advance(4000)
  t.same(seen, [1, 6, 7, 8])
  t.same(missed, [4], 'and says how many')
  stop.abort()
  await done
})

t.test('slots missed at the end are told before the round ends', async (t) => {
  const clock = createFakeClock(roundStartMs)
  const seen: string[] = []
  const stop = new AbortController()
  const events = {
    roundEnds: () => void seen.push('end'),
    late() {},
    missed: (slots: number) => void seen.push(`${slots} missed`),
    async slot(_round: number, slot: number) {
      if (slot === 12) await clock.sleep(5000, stop.signal)
    },
  }
  const done = runSchedule({ clock, pace, node, events }, stop.signal)
  await clock.advance(12_000)
  t.same(seen, ['3 missed', 'end', '3 missed'], 'and those of the next round in it')
  stop.abort()
  await done
})

t.test('schedule goes on when the wall clock is set back', async (t) => {
  const { clock, seen, stop, done } = scheduleFrom(roundStartMs + 9000)
  clock.jumpWall(-20_000)
  await clock.advance(2500)
  t.match(seen, ['end 0', /^-\d\/\d/], 'the round ends and an earlier one begins')
  stop.abort()
  await done
})

t.test('two nodes wake at different times within a slot', async (t) => {
  t.not(hash53('node-1') % pace.slotMs, hash53('node-2') % pace.slotMs)
})
