import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'

import { flag, text } from '../config/fields.ts'
import type { Target } from '../model/target.ts'
import type { Via } from './http-identity.ts'

/** Requests a second that all nodes together may send to one address or controller. */
export const requestsPerSecond = 50

/** Settings of the checks that go through an ingress controller. */
export const ingressFields = {
  host: text('', "Host header, the one of the Ingress rule; '' for the address"),
  path: text('/v1/probe', 'path that the Ingress rule leads to the agents'),
  tls: flag(false, 'whether to speak HTTPS'),
  caFile: text('', "PEM file of who may sign the certificate, read once at the start; '' for the well-known ones"),
  insecure: flag(false, 'whether any certificate will do'),
}

export interface IngressOptions {
  readonly host: string
  readonly path: string
  readonly tls: boolean
  readonly caFile: string
  readonly insecure: boolean
}

/** How a request to a target has to look. Reads the CA file now and never again. */
export function viaIngress({ host, path, tls, caFile, insecure }: IngressOptions): (target: Target) => Via {
  const plain = { path, ...(host !== '' && { host }) }
  if (!tls) return () => plain
  const secureContext = createSecureContext(caFile === '' ? {} : { ca: readFileSync(caFile) })
  return ({ address }) => {
    const name = host === '' ? address : nameIn(host)
    const secure = { host: name, secureContext, rejectUnauthorized: !insecure }
    return { ...plain, secure: isIP(name) === 0 ? { ...secure, servername: name } : secure }
  }
}

/** Without the port. */
function nameIn(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
}
