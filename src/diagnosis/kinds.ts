import type { Check, CitedPart, otherEvidence, Variant } from '../model/check.ts'

/** How lost packets become a failed probe. */
export type Way = 'connect' | 'request' | 'query' | 'echo' | 'oneway' | 'none'

/** What a probe of the kind is aimed at: a node, a pod behind a Service, a Service, or nobody but its own node. */
export type Place = 'peer' | 'replica' | 'service' | 'own'

export interface KindRow {
  readonly check: Check | keyof typeof otherEvidence
  readonly variant?: CitedPart
  readonly way: Way
  readonly place: Place
  /** Attempts on one cell in a round, confirmations aside: no bad moment may count for more. */
  readonly perRound: number
  /** Who answers when a Service is asked. */
  readonly behind?: Check
  /** Whether whoever is asked hands the request on to an agent, through our own Service. */
  readonly handsOn?: true
}

/** The kinds of observation that the engine tells apart, by the number that counters and tables know them by. */
export const kind = {
  http: 0,
  tcp: 1,
  udp: 2,
  oneWay: 3,
  mtu: 4,
  host: 5,
  nodePort: 6,
  dnsInternal: 7,
  dnsExternal: 8,
  dnsServiceInternal: 9,
  dnsServiceExternal: 10,
  nodeLocalInternal: 11,
  nodeLocalExternal: 12,
  clusterIp: 13,
  canary: 14,
  loadBalancer: 15,
  ingress: 16,
  ingressReplica: 17,
  apiService: 18,
  apiDns: 19,
  apiEndpoint: 20,
  external: 21,
  report: 22,
  ready: 23,
} as const

const dns = { way: 'query', perRound: 1 } as const
const get = { way: 'request', perRound: 1 } as const
const service = { ...get, place: 'service' } as const

export const kinds: readonly KindRow[] = [
  { check: 'peer_http', ...get, place: 'peer' },
  { check: 'peer_tcp', way: 'connect', place: 'peer', perRound: 1 },
  { check: 'peer_udp', way: 'echo', place: 'peer', perRound: 3 },
  { check: 'peer_udp', variant: 'one_way', way: 'oneway', place: 'peer', perRound: 3 },
  { check: 'peer_mtu', way: 'echo', place: 'peer', perRound: 1 },
  { check: 'host_tcp', way: 'connect', place: 'peer', perRound: 1 },
  { check: 'nodeport', ...get, place: 'peer', behind: 'clusterip', handsOn: true },
  { check: 'dns_replica', variant: 'internal', ...dns, place: 'replica' },
  { check: 'dns_replica', variant: 'external', ...dns, place: 'replica' },
  { check: 'dns_service', variant: 'internal', ...dns, place: 'service', behind: 'dns_replica' },
  { check: 'dns_service', variant: 'external', ...dns, place: 'service', behind: 'dns_replica' },
  { check: 'dns_nodelocal', variant: 'internal', way: 'none', perRound: 1, place: 'service' },
  { check: 'dns_nodelocal', variant: 'external', way: 'none', perRound: 1, place: 'service' },
  { check: 'clusterip', ...service, behind: 'clusterip' },
  // Few agents at a time, nobody knows which: as likely each.
  { check: 'service_canary', ...service, behind: 'clusterip' },
  { check: 'loadbalancer', ...service },
  { check: 'ingress', ...service, behind: 'ingress_replica', handsOn: true },
  { check: 'ingress_replica', ...get, place: 'replica', handsOn: true },
  { check: 'apiserver_service', ...service, behind: 'apiserver_endpoint' },
  { check: 'apiserver_dns', ...service, behind: 'apiserver_endpoint' },
  { check: 'apiserver_endpoint', ...get, place: 'replica' },
  { check: 'external', way: 'none', place: 'service', perRound: 1 },
  { check: 'report', way: 'request', place: 'own', perRound: 1 },
  { check: 'pod_ready', way: 'none', place: 'own', perRound: 1 },
]

export const kindCount = kinds.length

/** By check, then by variant. */
const numbers = new Map<string, Map<string | undefined, number>>()
kinds.forEach(({ check, variant, way }, index) => {
  if (way === 'oneway') return
  const known = numbers.get(check) ?? new Map<string | undefined, number>()
  numbers.set(check, known.set(variant, index))
})

/** The kind of a cell; undefined for a check of a newer program. A flow of its own is no kind of its own. */
export function kindOf(check: Check, variant: Variant | undefined): number | undefined {
  const known = numbers.get(check)
  return known?.get(variant) ?? known?.get(undefined)
}
