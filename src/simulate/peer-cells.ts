import type { Cluster } from './cluster.ts'
import type { Circle } from './mesh.ts'
import { overIpv6, type ProbeRow, probe, probeRows } from './probes.ts'

/** One thing that an agent asks of one node in every round. */
export interface PeerCell {
  readonly probe: number
  readonly row: ProbeRow
  readonly target: number
  readonly perRound: number
  readonly stable: boolean
  /** The cell among all of the agent. */
  readonly key: number
}

/** The receiver expects so many datagrams from each stable predecessor. */
export const datagramsPerRound = 3

/** Every cell of a check that is about nodes, as long as the circle is the same. */
export function peerCells({ hosts }: Cluster, node: number, circle: Circle, isDual: boolean): readonly PeerCell[] {
  const cells: PeerCell[] = []
  const add = (number: number, target: number, stable: boolean, perRound = 1) => {
    const row = probeRows[number]
    if (row !== undefined) cells.push({ probe: number, row, target, perRound, stable, key: number * hosts + target })
  }
  const addPeer = (base: number, target: number, stable: boolean) => {
    add(base + probe.http, target, stable)
    add(base + probe.tcp, target, stable)
    add(base + probe.udp, target, stable, stable ? datagramsPerRound - 1 : datagramsPerRound)
    if (stable) add(base + probe.udpFixed, target, stable)
    add(base + probe.mtu, target, stable)
  }
  for (const base of isDual ? [0, overIpv6] : [0]) {
    for (const target of circle.stable) addPeer(base, target, true)
    for (const target of circle.passing) addPeer(base, target, false)
    add(base + probe.http, node, true)
    for (const target of circle.hosts) add(base + probe.host, target, true)
    for (const target of [node, ...circle.nodePorts]) add(base + probe.nodePort, target, true)
  }
  return cells
}
