import type { Answer } from 'dns-packet'

import { answerTo, readQuery } from './dns-messages.ts'
import { openDnsServer } from './dns-server.ts'
import type { ServiceParts } from './service-parts.ts'

/** The DNS server outside the cluster: names have an address (of the documentation), addresses have no name. */
export function openDnsUpstream(parts: ServiceParts) {
  return openDnsServer(parts, async (bytes) => {
    const query = readQuery(bytes)
    const question = query?.questions?.[0]
    if (query === undefined || question === undefined) return undefined
    if (question.type === 'PTR') return answerTo(query, 'NXDOMAIN')
    const address: Answer = { type: 'A', name: question.name, ttl: 60, data: '192.0.2.1' }
    return answerTo(query, 'NOERROR', question.type === 'A' ? [address] : [])
  })
}
