import type { Cluster } from './cluster.ts'

/** How something that listens is doing. */
export const health = { well: 0, refuses: 1, silent: 2, errs: 3 } as const

/** Services with an address of their own. */
export const services = ['dns', 'clusterip', 'canary', 'ingress', 'api'] as const
export type Service = (typeof services)[number]

/** Everything that can be broken, as of one moment. Faults write it, packets read it; shares are of packets lost. */
export interface Weather {
  /** By host: whatever passes its cable. */
  readonly host: Float32Array
  /** By host: packets between pods, to its pods and from them. */
  readonly podIn: Float32Array
  readonly podOut: Float32Array
  /** By host: full-size packets between pods, to its pods and from them. */
  readonly largeIn: Float32Array
  readonly largeOut: Float32Array
  /** By host: IPv6 packets between pods, to its pods and from them. */
  readonly ipv6: Float32Array
  /** By zone · zones + zone. */
  readonly zone: Float32Array
  readonly zoneLarge: Float32Array
  /** By host · hosts + host. */
  readonly pairs: Map<number, number>
  /** Of sixteen equal paths between nodes, those that lose everything. */
  deadSpines: number
  fabric: number
  /** By node: `health` of the agent. */
  readonly agent: Uint8Array
  /** By node, of 0…1: how starved its agent is of CPU. */
  readonly starved: Float32Array
  /** By node: whether a firewall drops what comes to NodePorts. */
  readonly nodePort: Float32Array
  /** By node: share of connections to virtual addresses that go nowhere, by service. */
  readonly proxy: Readonly<Record<Service, Float32Array>>
  /** By node: the round since which kube-proxy learns nothing; 0 when it does. */
  readonly staleProxy: Int32Array
  /** By node: 1 where the clock is so far behind that a round ends after it is pulled. */
  readonly behind: Uint8Array
  /** Share of every node's connections that go to a backend that is gone. */
  readonly deadBackend: Record<Service, number>
  /** Virtual addresses that nobody answers. */
  readonly deadAddress: Record<Service, boolean>
  readonly dns: Uint8Array
  readonly dnsExternal: Uint8Array
  dnsUpstream: number
  readonly ingress: Uint8Array
  readonly api: Uint8Array
  /** In ms for every packet: by host, by zone · zones + zone, and of the pods of a service. */
  readonly hostDelay: Float32Array
  readonly zoneDelay: Float32Array
  readonly serviceDelay: Record<Service, number>
}

export function clearWeather({ hosts, nodes, zones, dns, ingress, api }: Cluster): Weather {
  const byHost = () => new Float32Array(hosts)
  const byZones = () => new Float32Array((zones.length + 1) ** 2)
  const byService = <T>(of: () => T) => ({ dns: of(), clusterip: of(), canary: of(), ingress: of(), api: of() })
  return {
    ...{ host: byHost(), podIn: byHost(), podOut: byHost(), largeIn: byHost(), largeOut: byHost(), ipv6: byHost() },
    ...{ zone: byZones(), zoneLarge: byZones(), pairs: new Map(), deadSpines: 0, fabric: 0 },
    ...{
      agent: new Uint8Array(nodes.length),
      starved: byHost(),
      nodePort: byHost(),
      staleProxy: new Int32Array(hosts),
    },
    ...{ behind: new Uint8Array(nodes.length) },
    ...{ proxy: byService(byHost), deadBackend: byService(() => 0), deadAddress: byService<boolean>(() => false) },
    ...{ dns: new Uint8Array(dns.length), dnsExternal: new Uint8Array(dns.length), dnsUpstream: 0 },
    ...{ ingress: new Uint8Array(ingress.length), api: new Uint8Array(api.length) },
    ...{ hostDelay: byHost(), zoneDelay: byZones(), serviceDelay: byService(() => 0) },
  }
}

/** Adds a cause of loss to those there are. */
export function worsen(losses: Float32Array, index: number, loss: number): void {
  losses[index] = 1 - (1 - (losses[index] ?? 0)) * (1 - loss)
}
