import t from 'tap'

import { isotonic, type Sample } from '../../bench/diagnosis/isotonic.ts'

const samples = (value: number, hits: number, misses: number): readonly Sample[] => [
  ...Array.from({ length: hits }, () => ({ value, isTrue: true })),
  ...Array.from({ length: misses }, () => ({ value, isTrue: false })),
]

t.test('what rises is kept, a share a step', async (t) => {
  t.strictSame(isotonic([...samples(5, 19, 1), ...samples(1, 10, 10), ...samples(3, 15, 5)]), [
    [0, 0.5],
    [3, 0.727],
    [5, 0.909],
  ])
})

t.test('where more evidence was right less often, both count as one', async (t) => {
  t.strictSame(isotonic([...samples(1, 18, 2), ...samples(3, 12, 8), ...samples(5, 20, 0)]), [
    [0, 0.738],
    [5, 0.955],
  ])
})

t.test('equal values are never parted, and a few are better than none', async (t) => {
  t.strictSame(isotonic(samples(2, 50, 0)), [[0, 0.981]])
  t.strictSame(isotonic(samples(2, 1, 0)), [[0, 0.667]])
  t.strictSame(isotonic([]), [])
})
