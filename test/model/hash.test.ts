import t from 'tap'

import { hash53, spread } from '../../src/model/hash.ts'

const names = Array.from({ length: 20_000 }, (_, index) => `ip-10-0-${index >> 8}-${index & 255}.example.internal`)

t.test('hashes of names that differ in a digit are spread evenly, in every 12 bits', async (t) => {
  for (const [what, bits] of [
    ['low', (hash: number) => hash % 4096],
    ['middle', (hash: number) => Math.floor(hash / 2 ** 20) % 4096],
    ['high', (hash: number) => Math.floor(hash / 2 ** 41)],
  ] as const) {
    const counts = new Uint32Array(4096)
    for (const name of names) {
      const bucket = bits(hash53(name))
      counts[bucket] = (counts[bucket] ?? 0) + 1
    }
    const expected = names.length / 4096
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    t.ok(chiSquare > 3755 && chiSquare < 4455, `${what}: ${chiSquare.toFixed(0)} is within 4 deviations of 4095`)
  }
})

t.test('hashes are whole numbers of 53 bits, without collisions among 20,000 names', async (t) => {
  const hashes = names.map(hash53)
  t.ok(hashes.every((hash) => Number.isSafeInteger(hash) && hash >= 0))
  t.equal(new Set(hashes).size, names.length)
})

t.test('one changed bit of a name changes half of the bits of its hash', async (t) => {
  const changed = names.map((name) => bitsOf(hash53(name), hash53(`${name.slice(0, -1)}m`)))
  const mean = changed.reduce((sum, bits) => sum + bits, 0) / changed.length
  t.ok(Math.abs(mean - 26.5) < 0.5, `${mean.toFixed(2)} of 53 bits`)
})

t.test('agents of every version must agree: these hashes never change', async (t) => {
  t.strictSame(['', 'node-1', 'seed|R|node-1'].map(hash53), [3758050966253543, 2878736336427070, 5623579015696478])
})

t.test('spread stays in its range', async (t) => {
  t.ok(names.every((name) => spread(name, 7) >= 0 && spread(name, 7) < 7))
  t.equal(spread('anything', 1), 0)
})

function bitsOf(a: number, b: number): number {
  return (BigInt(a) ^ BigInt(b)).toString(2).replaceAll('0', '').length
}
