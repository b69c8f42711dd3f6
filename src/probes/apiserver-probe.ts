import { existsSync } from 'node:fs'
import { isIP } from 'node:net'

import { flag, text, type ValuesOf } from '../config/fields.ts'
import { turnsFor } from '../model/peer-choice.ts'
import type { ProbeContext, Scene } from '../model/probe.ts'
import { failed, type Outcome, reached } from '../model/result.ts'
import type { Tools } from './define-probe.ts'
import { askHttp } from './http-exchange.ts'
import { requestText } from './http-messages.ts'
import type { Endpoint } from './transport.ts'
import { trustedBy } from './trusted-by.ts'

const podCaFile = '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt'
/** At one endpoint, all nodes together: a handshake is what costs the API server most. */
const handshakesPerSecond = 50
/** The path works, whatever it thinks of us: we send no token. */
const fineStatuses = [200, 401, 403]

/** Settings of the checks that ask API servers. */
export const apiServerFields = {
  caFile: text(
    '',
    "PEM file of who signs the API server's certificate; '' for the pod's own, else the well-known ones",
  ),
  serverName: text('kubernetes.default.svc', "name the certificate has to be for; '' for the address"),
  insecure: flag(false, 'whether any certificate will do'),
}

/** What comes through the Service, by address and by name, ends at the endpoints too. */
export function apiServerTurns({ chosen, roundSeconds, surroundings }: Scene): number {
  const endpoints = Math.max(1, surroundings.apiEndpoints.length)
  const throughService = surroundings.apiServices.length + 1
  return turnsFor(chosen.nodes, 1 + throughService / endpoints, roundSeconds, handshakesPerSecond)
}

/** TLS and `GET /readyz`, over a new connection without an earlier session. */
export function openApiServer(
  { caFile, serverName, insecure }: ValuesOf<typeof apiServerFields>,
  { transport, wallMs }: Tools,
) {
  const trusted = trustedBy(caFile === '' && existsSync(podCaFile) ? podCaFile : caFile, wallMs)
  return async (server: Endpoint, context: ProbeContext): Promise<Outcome> => {
    const host = serverName === '' ? server.address : serverName
    const named = { host, secureContext: trusted(), rejectUnauthorized: !insecure }
    const secure = isIP(host) === 0 ? { ...named, servername: host } : named
    const request = requestText('/readyz', { Host: host, Accept: '*/*', 'User-Agent': 'meshprobe' })
    const reply = await askHttp({ socket: transport.connect(server), request, secure }, context)
    if ('outcome' in reply) return reply
    return fineStatuses.includes(reply.status) ? reached : failed('bad_status', `status ${reply.status}`)
  }
}
