import type { IpFamily } from '../model/check.ts'
import type { Cluster } from './cluster.ts'
import type { Random } from './random.ts'
import type { Weather } from './weather.ts'

/** What kind of packet it is: parts of a network fail for some and not for others. */
export interface Packets {
  /** Between pods, so on the pods' network. */
  readonly pods: boolean
  /** As large as the interface allows. */
  readonly large: boolean
}

export const small: Packets = { pods: true, large: false }
export const full: Packets = { pods: true, large: true }
export const plain: Packets = { pods: false, large: false }

/** Where a packet goes, one of sixteen equal paths there and one back: a connection keeps its own. */
const paths = 16

/** The wires of the cluster: every packet is thrown on its own. */
export interface Wire {
  /** True when the next `packets` packets of a healthy path all arrive; false leaves it open which one is lost. */
  allArrive(packets: number): boolean
  /** A new connection, or a new source port; `key` makes it one that always takes the same path. */
  newFlow(key?: number): void
  /** What is sent from now on is sent over IPv4 or IPv6. */
  useFamily(family: IpFamily): void
  arrives(from: number, to: number, packets: Packets, backward?: boolean): boolean
  /** How long faults hold a packet up. */
  delayMs(from: number, to: number): number
}

export function createWire(cluster: Cluster, random: Random, packetLoss: number, weather: () => Weather): Wire {
  const { zoneOf, hosts } = cluster
  const width = cluster.zones.length + 1
  let untilLost = random.misses(packetLoss)
  let flow = 0
  let isIpv6 = false

  function lostAnyway(): boolean {
    if (untilLost > 0) {
      untilLost -= 1
      return false
    }
    untilLost = random.misses(packetLoss)
    return true
  }

  function kept(from: number, to: number, { pods, large }: Packets): number {
    const now = weather()
    const border = (zoneOf[from] ?? 0) * width + (zoneOf[to] ?? 0)
    let share = (1 - (now.host[from] ?? 0)) * (1 - (now.host[to] ?? 0)) * (1 - (now.zone[border] ?? 0))
    if (large) share *= 1 - (now.zoneLarge[border] ?? 0)
    if (!pods) return share
    if (isIpv6) share *= (1 - (now.ipv6[from] ?? 0)) * (1 - (now.ipv6[to] ?? 0))
    share *= (1 - (now.podOut[from] ?? 0)) * (1 - (now.podIn[to] ?? 0))
    if (large) share *= (1 - (now.largeOut[from] ?? 0)) * (1 - (now.largeIn[to] ?? 0))
    return now.pairs.size === 0 ? share : share * (1 - (now.pairs.get(from * hosts + to) ?? 0))
  }

  return {
    allArrive(packets) {
      if (untilLost < packets) return false
      untilLost -= packets
      return true
    },
    newFlow(key = random.below(paths * paths)) {
      flow = key
    },
    useFamily(family) {
      isIpv6 = family === 6
    },
    arrives(from, to, packets, backward = false) {
      if (from === to) return true
      if (lostAnyway()) return false
      const now = weather()
      const path = backward ? Math.floor(flow / paths) % paths : flow % paths
      if (path < now.deadSpines) return false
      const share = kept(from, to, packets) * (1 - now.fabric)
      return share >= 1 || random.next() < share
    },
    delayMs(from, to) {
      if (from === to) return 0
      const now = weather()
      const border = (zoneOf[from] ?? 0) * width + (zoneOf[to] ?? 0)
      return (now.hostDelay[from] ?? 0) + (now.hostDelay[to] ?? 0) + (now.zoneDelay[border] ?? 0)
    },
  }
}
