import type { Peer } from '../model/peer.ts'
import { createRandom, type Random } from './random.ts'

export interface ClusterOptions {
  readonly nodes: number
  readonly zones: number
  readonly seed: number
  /** How many nodes each zone has; uneven by chance when absent. */
  readonly sizes?: readonly number[]
}

/** What does not change during a run: who is where. Hosts are numbered: the nodes, then what is outside of the mesh. */
export interface Cluster {
  /** Also the seed of the hash rings. */
  readonly name: string
  readonly nodes: readonly string[]
  readonly zones: readonly string[]
  /** By host; what is outside of all zones has the number after the last. */
  readonly zoneOf: Int32Array
  readonly hosts: number
  readonly dns: readonly Pod[]
  readonly ingress: readonly Pod[]
  readonly api: readonly Pod[]
  /** Where names outside the cluster are resolved. */
  readonly internet: number
  /** Whether API servers run on nodes of the mesh. */
  readonly apiOnNodes: boolean
  /** Whether packets between a host and pods elsewhere take the pods' network, as over an overlay. */
  readonly overlay: boolean
  readonly peers: readonly Peer[]
}

/** Something with an address that many ask. */
export interface Pod {
  readonly name: string
  readonly host: number
}

const shapes = 0x5eed
const apiServers = 3

export function createCluster({ nodes, zones, seed, sizes }: ClusterOptions): Cluster {
  const random = createRandom(seed * 7919 + shapes)
  const zoneNames = Array.from({ length: zones }, (_, i) => `zone-${letters(i)}`)
  const nodeNames = Array.from({ length: nodes }, (_, i) => `node-${i + 1}`)
  const homes = homesOf(sizes ?? unevenSizes(nodes, zones, random))
  const apiOnNodes = random.chance(0.5)
  const hosts = nodes + apiServers + 1
  const zoneOf = Int32Array.from({ length: hosts }, (_, host) => homes[host] ?? zones)
  for (let i = 0; i < apiServers; i++) zoneOf[nodes + i] = i % zones
  const all = nodeNames.map((_, i) => i)
  const dns = random.some(all, Math.min(nodes, 2 + random.below(7)))
  const ingress = random.some(all, Math.min(nodes, 2 + random.below(2)))
  const masters = apiOnNodes ? random.some(all, apiServers) : all.slice(0, apiServers).map((_, i) => nodes + i)
  return {
    ...{ name: `sim-${seed}`, nodes: nodeNames, zones: zoneNames, zoneOf, hosts, internet: hosts - 1, apiOnNodes },
    overlay: random.chance(0.5),
    dns: dns.map((host, i) => ({ name: `kube-system/coredns-${i}`, host })),
    ingress: ingress.map((host, i) => ({ name: `ingress/controller-${i}`, host })),
    api: masters.map((host, i) => ({ name: `10.9.0.${i + 1}:6443`, host })),
    peers: nodeNames.map((node, i) => peerOf(node, zoneNames[homes[i] ?? 0] ?? '')),
  }
}

function peerOf(node: string, zone: string): Peer {
  return { node, zone, podUid: '', podIps: [], port: 7790, hostIps: [], hostPort: 10250, ready: true }
}

/** Zones are rarely of one size; none is empty. */
function unevenSizes(nodes: number, zones: number, random: Random): readonly number[] {
  const weights = Array.from({ length: zones }, () => 0.6 + 0.8 * random.next())
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  const sizes = weights.map((weight) => Math.max(1, Math.floor((nodes * weight) / all)))
  const missing = nodes - sizes.reduce((sum, size) => sum + size, 0)
  return sizes.map((size, i) => (i === 0 ? Math.max(1, size + missing) : size))
}

function homesOf(sizes: readonly number[]): readonly number[] {
  return sizes.flatMap((size, zone) => Array.from({ length: size }, () => zone))
}

function letters(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26))
  return index < 26 ? letter : `${letter}${Math.floor(index / 26)}`
}
