import type { IpFamily } from './check.ts'

export interface Address {
  readonly ip: string
  readonly family: IpFamily
}

/** An agent in the mesh, and where it sits. Keyed by node name: there is one agent a node. */
export interface Peer {
  readonly node: string
  /** `''` while nobody has told us. */
  readonly zone: string
  /** `''` when the source of the peer list does not know it: a static list. */
  readonly podUid: string
  /** One address a family. */
  readonly podIps: readonly Address[]
  /** Where the agent answers probes: HTTP and UDP on the same number. */
  readonly port: number
  /** Empty while unknown: no host evidence then. */
  readonly hostIps: readonly Address[]
  /** Where something on the host answers TCP: the kubelet. */
  readonly hostPort: number
  /** The kubelet's view. An unready peer stays a peer: else a dead node turns green by absence. */
  readonly ready: boolean
}

/** Everyone in the mesh as one agent knows it, ourselves included, sorted by node. */
export interface View {
  readonly peers: readonly Peer[]
  /** Equal in two agents when they know the same nodes, zones and pods. */
  readonly hash: string
}

/** What a pod of another workload is called and where it answers. */
export interface Replica {
  /** `namespace/pod`. */
  readonly name: string
  readonly ip: string
  readonly family: IpFamily
  readonly port: number
}

/** A virtual address: a Service's, a load balancer's, an ingress's. */
export interface ServiceAddress {
  /** `namespace/service`; `kubernetes` for the API server. */
  readonly name: string
  readonly ip: string
  readonly family: IpFamily
  readonly port: number
}

/** The backends of the canary Service since `sinceMs` (wall clock). */
export interface CanaryGeneration {
  readonly sinceMs: number
  readonly nodes: readonly string[]
}

/** What discovery knows. Anything it does not know is empty, and the checks that need it ask nobody. */
export interface Surroundings {
  readonly view: View
  readonly dnsReplicas: readonly Replica[]
  readonly dnsServices: readonly ServiceAddress[]
  readonly dnsNodeLocal: readonly ServiceAddress[]
  /** Our own Service. */
  readonly clusterIps: readonly ServiceAddress[]
  readonly canaryIps: readonly ServiceAddress[]
  /** Newest last; those of the last half hour at most. */
  readonly canary: readonly CanaryGeneration[]
  /** The NodePort of our Service, 0 when there is none. */
  readonly nodePort: number
  readonly loadBalancers: readonly LoadBalancer[]
  readonly ingressAddresses: readonly ServiceAddress[]
  readonly ingressReplicas: readonly Replica[]
  readonly apiServices: readonly ServiceAddress[]
  readonly apiEndpoints: readonly ServiceAddress[]
}

export interface LoadBalancer extends ServiceAddress {
  /** False when kube-proxy short-cuts the address inside the cluster: then a probe would prove nothing. */
  readonly observable: boolean
}

/** The only thing the agent asks of whoever knows the cluster. */
export interface Discovery {
  /** Yields all that is known at once, and again after every change, until `signal` aborts; then ends. */
  watch(signal: AbortSignal): AsyncIterable<Surroundings>
  /** Something that answered no longer does: it may only have left, so look again soon. */
  hurry?(): void
}

export function familyOf(ip: string): IpFamily {
  return ip.includes(':') ? 6 : 4
}

export function addressOf(ip: string): Address {
  return { ip, family: familyOf(ip) }
}
