import t from 'tap'

import { createNap } from '../../src/discovery/nap.ts'
import { createFakeClock } from '../support/fake-clock.ts'

const forever = new AbortController().signal

t.test('a nap lasts as long as it was meant to', async (t) => {
  const clock = createFakeClock()
  const done = createNap(clock, () => 0.5).sleep(1000, forever)
  t.same(clock.sleeping(), [1000])
  await clock.advance(1000)
  await done
})

t.test('a nap is cut short once, and then not for a minute', async (t) => {
  const clock = createFakeClock()
  const nap = createNap(clock, () => 0.5)
  const first = nap.sleep(100_000, forever)
  nap.hurry(4000)
  nap.hurry(0)
  await clock.whenSleeping()
  t.same(clock.sleeping(), [2000])
  nap.hurry(0)
  await clock.advance(2000)
  await first
  const second = nap.sleep(100_000, forever)
  nap.hurry(4000)
  t.same(clock.sleeping(), [100_000], 'too soon')
  await clock.advance(58_000)
  nap.hurry(4000)
  await new Promise((resolve) => setImmediate(resolve))
  t.same(clock.sleeping(), [2000])
  await clock.advance(2000)
  await second
})

t.test('a nap is never made longer by hurry', async (t) => {
  const clock = createFakeClock()
  const nap = createNap(clock, () => 0.5)
  const done = nap.sleep(1000, forever)
  nap.hurry(60_000)
  await new Promise((resolve) => setImmediate(resolve))
  t.same(clock.sleeping(), [1000])
  await clock.advance(1000)
  await done
})

t.test('a nap ends when it is aborted, hurried or not', async (t) => {
  for (const hurried of [false, true]) {
    const clock = createFakeClock()
    const nap = createNap(clock, () => 0.5)
    const controller = new AbortController()
    const done = nap.sleep(1000, controller.signal)
    if (hurried) nap.hurry(500)
    await new Promise((resolve) => setImmediate(resolve))
    controller.abort(new Error('stopped'))
    await t.rejects(done, { message: 'stopped' })
    t.same(clock.sleeping(), [])
  }
})

t.test('hurry without a nap does nothing', async (t) => {
  const clock = createFakeClock()
  createNap(clock, () => 0.5).hurry(1000)
  t.same(clock.sleeping(), [])
})
