import { randomBytes } from 'node:crypto'

import { choice, type ValuesOf } from '../config/fields.ts'
import type { DnsQuestion } from './dns-message.ts'
import { domainName } from './domain-name.ts'

export const clusterDomain = domainName('cluster.local', "the cluster's own domain")

/** Settings of the checks that ask DNS servers. */
export const dnsFields = {
  clusterDomain,
  internalName: domainName('', "name of the cluster to ask for; '' for kubernetes.default.svc in the cluster's domain"),
  external: choice(['auto', 'off'], 'auto', 'whether names outside the cluster are asked for; off without internet'),
  externalZone: domainName('', "zone for random names to ask for; '' for addresses that exist nowhere"),
}

export type DnsOptions = ValuesOf<typeof dnsFields>

export function apiServerName(domain: string): string {
  return `kubernetes.default.svc.${domain}`
}

export function internalQuestion({ internalName, clusterDomain }: DnsOptions): DnsQuestion {
  return { type: 'A', name: internalName === '' ? apiServerName(clusterDomain) : internalName }
}

/**
 * A name that nobody has asked for before: CoreDNS keeps answers for 30 s, and a cached one proves nothing. By default
 * the reverse name of a random address in 2001:db8::/32, the documentation prefix: it needs no domain, is forwarded by
 * CoreDNS, and resolvers answer it themselves (RFC 6303), so that nobody's servers are bothered.
 */
export function externalQuestion({ externalZone }: DnsOptions): DnsQuestion {
  if (externalZone !== '') return { type: 'A', name: `${randomBytes(8).toString('hex')}.${externalZone}` }
  const nibbles = [...`20010db8${randomBytes(12).toString('hex')}`].reverse()
  return { type: 'PTR', name: `${nibbles.join('.')}.ip6.arpa` }
}
