/** Chance that can be repeated: the same seed gives the same numbers everywhere. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** A whole number in [0, count). */
  below(count: number): number
  chance(share: number): boolean
  pick<T>(from: readonly T[]): T
  /** So many different ones, or all when there are fewer. */
  some<T>(from: readonly T[], count: number): readonly T[]
  /** How many misses there are before the next hit, when one in `1 / share` is one. */
  misses(share: number): number
}

/** SFC32 (public domain): fast, and passes the usual batteries. */
export function createRandom(seed: number): Random {
  let [a, b, c, counter] = [seed | 0, (seed / 2 ** 32) | 0, 0x9e3779b9 | 0, 1]

  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 2 ** 32
  }

  // The first numbers of nearby seeds are alike.
  for (let i = 0; i < 16; i++) next()

  const below = (count: number) => Math.floor(next() * count)

  function pick<T>(from: readonly T[]): T {
    const picked = from[below(from.length)]
    if (picked === undefined) throw new RangeError('nothing to pick from')
    return picked
  }

  return {
    next,
    below,
    pick,
    chance: (share) => share > 0 && next() < share,
    misses: (share) => (share <= 0 ? Number.POSITIVE_INFINITY : Math.floor(Math.log1p(-next()) / Math.log1p(-share))),
    some(from, count) {
      const left = [...from]
      return Array.from({ length: Math.min(count, left.length) }, () => left.splice(below(left.length), 1)).flat()
    },
  }
}

/** A number in [0, 1) that belongs to three others, for what has to come out the same whenever it is asked. */
export function shareOf(a: number, b: number, c: number): number {
  let hash = Math.imul(a ^ 0x9e3779b1, 0x85ebca6b) ^ Math.imul(b ^ 0x5f356495, 0xc2b2ae35) ^ Math.imul(c, 0x27d4eb2f)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32
}
