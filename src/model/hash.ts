/**
 * A 53-bit hash of a text: two 32-bit multiply-xor lanes with the avalanche step of MurmurHash3 (public domain).
 *
 * Not SHA-256, because the model imports nothing: what is needed is that all agents agree and that the
 * order looks random, not that nobody can forge it.
 */
export function hash53(text: string): number {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    high = Math.imul(high ^ code, 0x9e3779b1)
    low = Math.imul(low ^ code, 0x5f356495)
  }
  const h = avalanche(high ^ (low >>> 13))
  const l = avalanche(low ^ Math.imul(high, 0x85ebca77))
  return (h & 0x1fffff) * 0x100000000 + l
}

/** A whole number in `[0, count)`, the same for the same text everywhere. */
export function spread(text: string, count: number): number {
  return hash53(text) % count
}

function avalanche(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
