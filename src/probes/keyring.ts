import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const macBytes = 16

/** The mesh key, which never travels: it signs and checks, and nobody can read it. */
export interface Keyring {
  /** A MAC of `text` under the current key: 22 characters of base64url. */
  sign(text: string): string
  /** Whether `mac` is right under any accepted key. */
  verify(text: string, mac: string): boolean
}

/**
 * A keyring of the current key and, while keys are being rotated, others that are still accepted. Without any key a
 * random one is made, so that only a mesh of one process understands itself.
 */
export function createKeyring(keys: readonly Uint8Array[]): Keyring {
  const [current = randomBytes(32), ...others] = keys
  return {
    sign: (text) => macOf(current, text).toString('base64url'),
    verify(text, mac) {
      const given = Buffer.from(mac, 'base64url')
      if (given.length !== macBytes) return false
      return [current, ...others].some((key) => timingSafeEqual(macOf(key, text), given))
    },
  }
}

function macOf(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest().subarray(0, macBytes)
}
