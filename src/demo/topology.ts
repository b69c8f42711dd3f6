import type { AgentAddress, Census } from '../model/census.ts'
import {
  addressOf,
  type CanaryGeneration,
  type Peer,
  type Replica,
  type ServiceAddress,
  type Surroundings,
} from '../model/peer.ts'
import { viewOf } from '../model/peer-choice.ts'
import type { ViewReplica } from '../model/recording.ts'

export type PlaceKind = 'agent' | 'host' | 'dns' | 'ingress' | 'apiserver' | 'upstream'

/** Somebody who sends and receives packets. */
export interface Place {
  readonly kind: PlaceKind
  /** What faults call it: a node for agents and hosts, else its own name. */
  readonly name: string
  /** The node it runs on; `''` for what runs on none of ours. */
  readonly node: string
  /** `''` outside the cluster. */
  readonly zone: string
  readonly ip: string
  readonly port: number
}

/** An address where nobody lives: whoever connects is sent on to a backend. */
export interface Service {
  readonly name: string
  readonly ip: string
  readonly port: number
  /** How it spreads: over these pods, or over the NodePorts of these hosts. */
  readonly over: 'agent' | 'canary' | 'dns' | 'ingress' | 'apiserver' | 'host'
}

const perZone = 4
const zoneNames = ['zone-a', 'zone-b', 'zone-c'] as const
export const nodePort = 30_790

/** The demo's cluster: 3 zones of 4 nodes. */
export const nodes = zoneNames.flatMap((zone, z) =>
  Array.from({ length: perZone }, (_, i) => ({ name: `node-${z * perZone + i + 1}`, zone })),
)
export const nodeNames = nodes.map(({ name }) => name)
export const zones: readonly string[] = zoneNames

export const agents = nodes.map(({ name, zone }, i) => place('agent', name, { node: name, zone }, `1.${i + 1}:7790`))
export const hosts = nodes.map(({ name, zone }, i) => place('host', name, { node: name, zone }, `2.${i + 1}:10250`))
export const dnsReplicas = [2, 4, 6, 8, 10, 12].map((on, i) => podOn('dns', i + 1, on, `3.${i + 1}:53`))
export const ingressReplicas = [5, 11].map((on, i) => podOn('ingress', i + 1, on, `6.${i + 1}:80`))
export const apiServers = ['zone-a', 'zone-b'].map((zone, i) =>
  place('apiserver', `apiserver-${i + 1}`, { node: '', zone }, `5.${i + 1}:6443`),
)
export const upstream = place('upstream', 'dns-upstream', { node: '', zone: '' }, '7.1:53')

export const places: readonly Place[] = [
  ...agents,
  ...hosts,
  ...dnsReplicas,
  ...ingressReplicas,
  ...apiServers,
  upstream,
]

export const services = {
  own: { name: 'meshprobe/meshprobe', ip: '127.0.4.1', port: 80, over: 'agent' },
  canary: { name: 'meshprobe/meshprobe-canary', ip: '127.0.4.2', port: 80, over: 'canary' },
  dns: { name: 'kube-system/kube-dns', ip: '127.0.4.10', port: 53, over: 'dns' },
  api: { name: 'kubernetes', ip: '127.0.4.20', port: 443, over: 'apiserver' },
  ingress: { name: 'meshprobe/ingress', ip: '127.0.4.30', port: 80, over: 'ingress' },
  balanced: { name: 'meshprobe/meshprobe', ip: '127.0.4.40', port: 80, over: 'host' },
} as const satisfies Record<string, Service>

export function podUidOn(node: string): string {
  return `demo-${node}`
}

const view = viewOf(agents.map(peerAt))

/** What a watch of this cluster would show: the kubelet of a node that is off no longer says that its pod is ready. */
export function censusWith(addresses: readonly AgentAddress[], isOff: (node: string) => boolean): Census {
  const on = (check: ViewReplica['check'], list: readonly Place[]): readonly ViewReplica[] =>
    list.map(({ name, node }) => ({ check, name, ...(node !== '' && { node }) }))
  return {
    viewHash: view.hash,
    nodes: agents.map(({ node, zone }) => ({
      ...{ node, zone, podUid: podUidOn(node), ready: !isOff(node), cordoned: false },
    })),
    replicas: [
      ...on('dns_replica', dnsReplicas),
      ...on('ingress_replica', ingressReplicas),
      ...on('apiserver_endpoint', apiServers),
    ],
    agents: addresses,
  }
}

/** What every agent knows of its cluster: as true a list as Kubernetes would give. */
export function surroundingsWith(canary: readonly CanaryGeneration[]): Surroundings {
  return {
    view,
    dnsReplicas: dnsReplicas.map(withFamily),
    dnsServices: [withFamily(services.dns)],
    dnsNodeLocal: [],
    clusterIps: [withFamily(services.own)],
    canaryIps: [withFamily(services.canary)],
    canary,
    nodePort,
    loadBalancers: [{ ...withFamily(services.balanced), observable: true }],
    ingressAddresses: [withFamily(services.ingress)],
    ingressReplicas: ingressReplicas.map(withFamily),
    apiServices: [withFamily(services.api)],
    apiEndpoints: apiServers.map(withFamily),
  }
}

function place(kind: PlaceKind, name: string, where: Pick<Place, 'node' | 'zone'>, at: string): Place {
  const [ip, port] = `127.0.${at}`.split(':')
  return { kind, name, ...where, ip: ip ?? '', port: Number(port) }
}

function podOn(kind: PlaceKind, number: number, on: number, at: string): Place {
  const zone = nodes[on - 1]?.zone ?? ''
  return place(kind, `${kind}-${number}`, { node: `node-${on}`, zone }, at)
}

function peerAt({ node, zone, ip, port }: Place, index: number): Peer {
  const host = hosts[index]
  const where = { zone, podUid: podUidOn(node), podIps: [addressOf(ip)], port }
  return { node, ...where, hostIps: host ? [addressOf(host.ip)] : [], hostPort: host?.port ?? 0, ready: true }
}

function withFamily({ name, ip, port }: Pick<Place, 'name' | 'ip' | 'port'>): Replica & ServiceAddress {
  return { name, ip, port, family: 4 }
}
