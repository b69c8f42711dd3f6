import fc from 'fast-check'
import t from 'tap'

import { lastSentRound, roundAt, slotOf, slotsIn } from '../../src/model/schedule.ts'

const pace = { roundMs: 10_000, slotMs: 500 }

t.test('a round has slots in its first eight tenths only', async (t) => {
  t.equal(slotsIn(pace), 16)
  t.equal(slotsIn({ roundMs: 10_000, slotMs: 1000 }), 8)
  t.equal(slotsIn({ roundMs: 400, slotMs: 500 }), 1, 'never none')
})

t.test('rounds are numbered by the wall clock', async (t) => {
  t.equal(roundAt(1_795_239_059_999, pace), 179_523_905)
  t.equal(roundAt(1_795_239_060_000, pace), 179_523_906)
})

t.test('a round counts as sent once its last slot has begun', async (t) => {
  const begin = 179_523_906 * 10_000
  t.equal(lastSentRound(begin, pace), 179_523_905)
  t.equal(lastSentRound(begin + 7_999, pace), 179_523_905)
  t.equal(lastSentRound(begin + 8_000, pace), 179_523_906)
})

t.test('repeats of one target are spaced evenly, all in slots that exist', async () => {
  const counts = fc.integer({ min: 1, max: 40 })
  const property = fc.property(
    fc.string(),
    fc.string(),
    fc.integer({ min: 1, max: 5 }),
    counts,
    (self, key, n, slots) => {
      const at = Array.from({ length: n }, (_, index) => slotOf(self, key, index, n, slots)).toSorted((a, b) => a - b)
      const gaps = at.map((slot, i) => (at[i + 1] ?? (at[0] ?? 0) + slots) - slot)
      const inside = at.every((slot) => Number.isInteger(slot) && slot >= 0 && slot < slots)
      return inside && gaps.every((gap) => gap >= Math.floor(slots / n) && gap <= Math.ceil(slots / n))
    },
  )
  fc.assert(property, { numRuns: 1000 })
})

t.test('the targets of one node, and one target of many nodes, fill the slots evenly', async (t) => {
  const names = Array.from({ length: 8000 }, (_, index) => `peer_tcp//node-${index}/10.0.0.${index}:7790`)
  for (const [what, slots] of [
    ['targets of one node', names.map((key) => slotOf('node-0', key, 0, 1, 16))],
    ['one target of many nodes', names.map((self) => slotOf(self, 'dns', 0, 1, 16))],
  ] as const) {
    t.ok(chiSquare(slots, 16) < 44, `${what}: chi-square with 15 degrees of freedom, once in 10,000 above 44`)
  }
})

t.test('a node that restarts returns to its slots', async (t) => {
  t.equal(slotOf('node-1', 'a target', 1, 3, 16), slotOf('node-1', 'a target', 1, 3, 16))
})

function chiSquare(samples: readonly number[], cells: number): number {
  const expected = samples.length / cells
  const counts = Array.from({ length: cells }, (_, cell) => samples.filter((sample) => sample === cell).length)
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}
