/** What a lab consists of, with every name and address: pure, so that a fault can say what it will break. */
export interface Plan {
  readonly dualStack: boolean
  readonly proxyMode: ProxyMode
  readonly dnsReplicas: number
  /** Upstream DNS and web server, and the default gateway that leads nowhere else. */
  readonly internet: Host
  /** etcd, controller-manager, scheduler and the load balancer in front of the API servers. */
  readonly controlPlane: Host
  readonly apiServers: readonly Host[]
  readonly nodes: readonly LabNode[]
}

export type ProxyMode = 'iptables' | 'nftables'

/** A machine: a network namespace with one interface, `eth0`, on the fabric, and `op0` to whoever operates the lab. */
export interface Host {
  readonly name: string
  readonly netns: string
  readonly ips: readonly string[]
  /** A link of its own to the operator, which no fault touches. */
  readonly operator: { readonly here: string; readonly there: string }
}

export interface LabNode extends Host {
  readonly zone: string
  readonly podCidrs: readonly string[]
}

export interface PlanOptions {
  readonly nodes: number
  readonly zones: number
  readonly dnsReplicas: number
  readonly dualStack: boolean
  readonly proxyMode: ProxyMode
}

/** Namespaces, cgroups and folders of the lab have this in front: what has it is ours. */
export const labPrefix = 'meshprobe-'
export const fabricNetns = `${labPrefix}fabric`
export const operatorNetns = `${labPrefix}operator`

/** All within 198.18.0.0/15, which is set apart for tests of networks (RFC 2544), and fd98::/16 (RFC 4193). */
export const serviceCidrs = ['198.19.0.0/17', 'fd98:0:0:2::/112'] as const
export const podCidrs = ['198.19.128.0/17', 'fd98:0:0:3::/64'] as const
/** On the fabric itself, where a node answers ARP for them. */
export const loadBalancerCidr = '198.18.0.128/26'
export const dnsServiceIp = '198.19.0.10'
export const apiServiceIp = '198.19.0.1'
export const apiPort = 6443

const firstNode = 11

/** Nodes are `w1`, `w2`, …, dealt out to `zone-a`, `zone-b`, … in turn. */
export function planLab({ nodes, zones, dnsReplicas, dualStack, proxyMode }: PlanOptions): Plan {
  const hostAt = (name: string, number: number): Host => ({
    name,
    netns: `${labPrefix}${name}`,
    ips: [`198.18.0.${number}`, ...(dualStack ? [`fd98:0:0:1::${number}`] : [])],
    operator: { there: `198.18.128.${2 * number}`, here: `198.18.128.${2 * number + 1}` },
  })
  return {
    dualStack,
    proxyMode,
    dnsReplicas,
    internet: hostAt('internet', 1),
    controlPlane: hostAt('control', 2),
    apiServers: [hostAt('api1', 3), hostAt('api2', 4)],
    nodes: Array.from({ length: nodes }, (_, index) => ({
      ...hostAt(`w${index + 1}`, firstNode + index),
      zone: `zone-${'abcdefghij'.charAt(index % zones)}`,
      podCidrs: [`198.19.${129 + index}.0/24`, ...(dualStack ? [`fd98:0:0:3:${index + 1}::/80`] : [])],
    })),
  }
}

export function hostsOf(plan: Plan): readonly Host[] {
  return [plan.internet, plan.controlPlane, ...plan.apiServers, ...plan.nodes]
}

export function nodeNamed(plan: Plan, name: string): LabNode {
  const node = plan.nodes.find((candidate) => candidate.name === name)
  if (node !== undefined) return node
  throw new Error(`there is no node ${name}; there are ${plan.nodes.map((known) => known.name).join(', ')}`)
}

export function zonesOf(plan: Plan): readonly string[] {
  return [...new Set(plan.nodes.map(({ zone }) => zone))]
}
