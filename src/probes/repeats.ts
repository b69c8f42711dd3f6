/** How many questions are remembered: a quarter of an hour at the default load, in about 2 MB. */
const remembered = 16_384

/**
 * Knows the latest authentic questions by nonce, so that each is answered once.
 *
 * Bounded by number and not by time or round: a node whose clock is wrong must not be refused, for that would
 * accuse its network. Only what carried a valid MAC gets in, so that a stranger cannot push anything out.
 */
export interface Repeats {
  /** Whether `nonce` is new; remembers it. */
  firstTime(nonce: string): boolean
}

export function createRepeats(capacity = remembered): Repeats {
  const nonces = new Set<string>()
  return {
    firstTime(nonce) {
      // As 16 bytes of its own: a part of a received text would keep the whole of it in memory.
      const key = Buffer.from(nonce, 'base64url').toString('latin1')
      if (nonces.has(key)) return false
      nonces.add(key)
      if (nonces.size > capacity) forgetOldest(nonces)
      return true
    },
  }
}

function forgetOldest(nonces: Set<string>): void {
  // A Set iterates in order of insertion.
  const { value } = nonces.values().next()
  if (value !== undefined) nonces.delete(value)
}
