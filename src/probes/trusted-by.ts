import { readFileSync } from 'node:fs'
import { createSecureContext, type SecureContext } from 'node:tls'

const rereadMs = 60_000

/**
 * Who may sign certificates: the content of a PEM file, or the well-known ones for `''`. Throws when it cannot be read
 * now. Later it is read again once a minute: who signs in a cluster is replaced while we run, and distrusting the new
 * one would accuse every API server.
 */
export function trustedBy(caFile: string, wallMs: () => number): () => SecureContext {
  let pem = caFile === '' ? undefined : readFileSync(caFile, 'utf8')
  let context = createSecureContext(pem === undefined ? {} : { ca: pem })
  let readMs = wallMs()
  return () => {
    if (caFile === '' || Math.abs(wallMs() - readMs) < rereadMs) return context
    readMs = wallMs()
    const now = contentOf(caFile)
    if (now === undefined || now === pem) return context
    pem = now
    context = createSecureContext({ ca: pem })
    return context
  }
}

/** Undefined while there is none: it is being replaced, or it was there for the start only. */
function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
