import type { Check, IpFamily, Variant } from '../model/check.ts'
import type { Asked, Site, Walked } from './site.ts'
import { apiserverDns, apiserverEndpoint, apiserverService } from './walks/apiserver.ts'
import { dnsReplica, dnsService } from './walks/dns.ts'
import { hostTcp, peerHttp, peerMtu, peerTcp, peerUdp } from './walks/peers.ts'
import { clusterip, ingress, ingressReplica, nodeport, serviceCanary } from './walks/services.ts'

/** One cell of the matrices that agents fill, and the way of its packets. */
export interface ProbeRow {
  /** Its name in records. */
  readonly cell: { readonly check: Check; readonly variant?: Variant; readonly family: IpFamily }
  /** Packets of a probe that goes well, so that healthy ones need no walk. */
  readonly packets: number
  /** What it takes on a healthy network, over the time of one way. */
  readonly trips: number
  readonly walk: (site: Site, asked: Asked) => Walked
}

/** The how-manieth row is which probe. */
export const probe = {
  http: 0,
  tcp: 1,
  udp: 2,
  udpFixed: 3,
  mtu: 4,
  host: 5,
  nodePort: 6,
  dnsInternal: 7,
  dnsExternal: 8,
  dnsServiceInternal: 9,
  dnsServiceExternal: 10,
  clusterip: 11,
  canary: 12,
  ingress: 13,
  ingressReplica: 14,
  apiService: 15,
  apiDns: 16,
  apiEndpoint: 17,
} as const

const rows: readonly (Omit<ProbeRow, 'cell'> & { readonly check: Check; readonly variant?: Variant })[] = [
  { check: 'peer_http', packets: 4, trips: 4, walk: peerHttp },
  { check: 'peer_tcp', packets: 2, trips: 2, walk: peerTcp },
  { check: 'peer_udp', packets: 2, trips: 2, walk: peerUdp },
  { check: 'peer_udp', variant: 'fixed', packets: 2, trips: 2, walk: peerUdp },
  { check: 'peer_mtu', packets: 2, trips: 2, walk: peerMtu },
  { check: 'host_tcp', packets: 2, trips: 2, walk: hostTcp },
  { check: 'nodeport', packets: 8, trips: 8, walk: nodeport },
  { check: 'dns_replica', variant: 'internal', packets: 2, trips: 2, walk: dnsReplica(false) },
  { check: 'dns_replica', variant: 'external', packets: 4, trips: 6, walk: dnsReplica(true) },
  { check: 'dns_service', variant: 'internal', packets: 2, trips: 2, walk: dnsService(false) },
  { check: 'dns_service', variant: 'external', packets: 4, trips: 6, walk: dnsService(true) },
  { check: 'clusterip', packets: 4, trips: 4, walk: clusterip },
  { check: 'service_canary', packets: 4, trips: 4, walk: serviceCanary },
  { check: 'ingress', packets: 8, trips: 8, walk: ingress },
  { check: 'ingress_replica', packets: 8, trips: 8, walk: ingressReplica },
  { check: 'apiserver_service', packets: 6, trips: 6, walk: apiserverService },
  { check: 'apiserver_dns', packets: 8, trips: 8, walk: apiserverDns },
  { check: 'apiserver_endpoint', packets: 6, trips: 6, walk: apiserverEndpoint },
]

/** By how much the number of a probe rises for the same one over IPv6. */
export const overIpv6 = rows.length

export const probeRows: readonly ProbeRow[] = ([4, 6] as const).flatMap((family) =>
  rows.map(({ check, variant, ...row }) => ({
    ...row,
    cell: { check, ...(variant !== undefined && { variant }), family },
  })),
)

/** Which of the rows above it is, whatever the family. */
export function kindOfProbe(number: number): number {
  return number % overIpv6
}
