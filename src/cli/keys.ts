import { readFileSync, statSync } from 'node:fs'

import { ConfigError } from '../config/config-error.ts'
import { createKeyring, type Keyring } from '../probes/keyring.ts'

const keyBytesAtLeast = 16
const rereadMs = 60_000

/**
 * The mesh key from its files: the first signs, all are accepted. Read again when a file changes, so that a key can be
 * rotated under running agents: add the new one as second everywhere, then make it the first, then drop the old one.
 */
export function keyringFrom(files: readonly string[], nowMs: () => number): Keyring {
  let keyring = createKeyring(files.map(readKey))
  let stamp = stampOf(files)
  let readMs = nowMs()

  function current(): Keyring {
    if (files.length === 0 || nowMs() - readMs < rereadMs) return keyring
    readMs = nowMs()
    try {
      const now = stampOf(files)
      if (now !== stamp) keyring = createKeyring(files.map(readKey))
      stamp = now
    } catch {
      // A key that cannot be read while it is being replaced: the one we have goes on.
    }
    return keyring
  }

  return { sign: (text) => current().sign(text), verify: (text, mac) => current().verify(text, mac) }
}

function readKey(path: string, index: number): Buffer {
  const setting = `keys.files.${index}`
  let key: Buffer
  try {
    key = readFileSync(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    throw new ConfigError([{ path: setting, problem: `expected a file that can be read, got ${code}: ${path}` }])
  }
  if (key.length >= keyBytesAtLeast) return key
  const problem = `expected a key of at least ${keyBytesAtLeast} bytes, got ${key.length} in ${path}`
  throw new ConfigError([{ path: setting, problem }])
}

function stampOf(files: readonly string[]): string {
  return files.map((file) => statSync(file).mtimeMs).join()
}
