import { Socket } from 'node:net'

import type { Endpoint, Transport } from '../probes/transport.ts'
import { openDatagrams } from './datagrams.ts'
import type { Directory } from './directory.ts'
import type { FaultTable } from './fault-table.ts'
import { backward, forward, type Packet } from './packet.ts'
import type { Route, Router } from './router.ts'
import type { Place } from './topology.ts'

export interface NetworkParts {
  readonly faults: FaultTable
  readonly directory: Directory
  readonly route: Router
  readonly random: () => number
}

const synBytes = 60
const firstRetryMs = 1000
const mostRetries = 5

/**
 * How packets leave and arrive at one place of the demo: over real sockets, but for those that the fault table
 * withholds. A listener in the same process would accept whatever is broken, so a lost SYN or SYN-ACK is a connection
 * that never opens; like a kernel, we repeat it after 1 s, 2 s, 4 s …
 */
export function transportAt(place: Place, network: NetworkParts): Transport {
  return {
    connect(to) {
      const socket = new Socket()
      socket.setNoDelay(true)
      const route = network.route(place, to)
      if (route !== undefined) open(socket, place, route, network)
      return socket
    },
    openUdp: (family) => openDatagrams(place, family, network),
  }
}

/** Draws what becomes of one packet: undefined when it is lost, else its delay. */
export function draw(packet: Packet, { faults, random }: Pick<NetworkParts, 'faults' | 'random'>): number | undefined {
  const { loss, delayMs } = faults.fate(packet)
  return loss > 0 && random() < loss ? undefined : delayMs
}

function open(socket: Socket, place: Place, { legs, to }: Route, network: NetworkParts): void {
  let timer: NodeJS.Timeout | undefined
  const later = (ms: number, then: () => void) => {
    timer = setTimeout(then, ms)
  }
  const dial = () => {
    const real = network.directory.realOf('tcp', to)
    if (real !== undefined) connectFrom(network.directory.realIp(place), real, socket)
  }
  const attempt = (retries: number) => {
    const packets = [...legs.map((leg) => forward(leg, synBytes)), ...legs.map((leg) => backward(leg, synBytes))]
    const delays = packets.map((packet) => draw(packet, network))
    if (delays.includes(undefined)) {
      if (retries < mostRetries) later(firstRetryMs * 2 ** retries, () => attempt(retries + 1))
      return
    }
    const delayMs = delays.reduce<number>((sum, ms) => sum + (ms ?? 0), 0)
    if (delayMs === 0) dial()
    else later(delayMs, dial)
  }
  socket.once('close', () => clearTimeout(timer))
  attempt(0)
}

function connectFrom(ip: string, { address, port }: Endpoint, socket: Socket): void {
  socket.connect({ host: address, port, localAddress: ip })
}
