import { isIP } from 'node:net'

import { before } from './questions.ts'
import { busy, RefusedError } from './refused-error.ts'

/** Whether whoever sends this authorization header may read. */
export type MayRead = (authorization: string | undefined) => Promise<'yes' | 'no' | 'unauthenticated'>

const decideMs = 10_000

/** Throws unless the asker may read. */
export async function demandAccess(mayRead: MayRead, authorization: string | undefined): Promise<void> {
  const may = await before(mayRead(authorization), decideMs).catch(undecided)
  if (may === 'yes') return
  if (may === 'no')
    throw new RefusedError(403, 'this token is not allowed to read here; docs/api.md says which right it needs')
  const challenge = { 'www-authenticate': 'Bearer realm="meshprobe"' }
  throw new RefusedError(401, 'expected "Authorization: Bearer" with a token of this cluster', challenge)
}

/** Nobody is let in because the API server is away, and nobody is told that the fault is theirs. */
function undecided(error: unknown): never {
  if (error instanceof RefusedError) throw error
  const why = error instanceof Error ? error.message : String(error)
  throw busy(`the API server does not say who may read here: ${why}`)
}

/**
 * A listener that only this machine reaches is also reached by every page that a browser on it shows, by a name that
 * leads to 127.0.0.1: the name is then in Host.
 */
export function demandLocalName(host: string | undefined): void {
  const name = (host ?? '').replace(/:\d+$/, '')
  if (isLoopback(name.replace(/^\[|\]$/g, ''))) return
  throw new RefusedError(403, `Host: expected localhost or 127.0.0.1, got ${JSON.stringify(name.slice(0, 80))}`)
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address === 'localhost' || (isIP(address) === 4 && address.startsWith('127.'))
}
