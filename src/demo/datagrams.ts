import type { IpFamily } from '../model/check.ts'
import { type Datagrams, type Endpoint, systemTransport } from '../probes/transport.ts'
import { forward, type Path, pathTo } from './packet.ts'
import type { Place } from './topology.ts'
import { draw, type NetworkParts } from './transport.ts'

/** Where a datagram really goes, and the leg that may lose it. */
interface Delivery {
  readonly real: Endpoint
  readonly leg: Path
}

type Listening =
  | [event: 'message', listener: (bytes: Buffer, from: Endpoint) => void]
  | [event: 'error', listener: (error: Error) => void]
  | [event: 'listening', listener: () => void]

/** Headers of IPv4 and UDP. */
const headerBytes = 28

/**
 * A datagram socket of one place. What it sends is lost or delayed by the fault table; the way back is the business of
 * the one who answers. A virtual address is translated for as long as the socket lives, and its answers come from it.
 */
export function openDatagrams(place: Place, family: IpFamily, network: NetworkParts): Datagrams {
  const { directory } = network
  const socket = systemTransport({ from: [directory.realIp(place)] }).openUdp(family)
  const translated = new Map<string, Delivery | undefined>()
  const virtual = new Map<string, Endpoint>()
  let giveBack = () => {}
  let closed = false
  socket.on('listening', () => {
    giveBack = directory.lend(place, socket.address())
  })

  function deliveryTo(to: Endpoint): Delivery | undefined {
    const holder = directory.ownerOf(to)
    if (holder !== undefined) return { real: to, leg: pathTo(place, holder, to.port) }
    if (translated.has(keyOf(to))) return translated.get(keyOf(to))
    const route = network.route(place, to)
    const real = route && directory.realOf('udp', route.to)
    const leg = route?.legs[0]
    const delivery = real && leg && { real, leg }
    translated.set(keyOf(to), delivery)
    if (delivery !== undefined) virtual.set(keyOf(delivery.real), to)
    return delivery
  }

  return {
    bind: (options) => socket.bind(options),
    send(bytes, port, address, done) {
      const delivery = deliveryTo({ address, port })
      const delayMs = delivery && draw(forward(delivery.leg, bytes.length + headerBytes), network)
      // The kernel took it and the network lost it: the sender never hears of that.
      if (delivery === undefined || delayMs === undefined) return queueMicrotask(() => done(null))
      const { real } = delivery
      if (delayMs === 0) return socket.send(bytes, real.port, real.address, done)
      setTimeout(() => {
        if (!closed) socket.send(bytes, real.port, real.address, done)
      }, delayMs)
    },
    on(...[event, listener]: Listening) {
      if (event === 'error') socket.on('error', listener)
      else if (event === 'listening') socket.on('listening', listener)
      else socket.on('message', (bytes, from) => listener(bytes, virtual.get(keyOf(from)) ?? directory.plannedOf(from)))
    },
    address: () => socket.address(),
    close() {
      closed = true
      giveBack()
      socket.close()
    },
  }
}

function keyOf({ address, port }: Endpoint): string {
  return `${address}:${port}`
}
