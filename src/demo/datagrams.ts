import type { IpFamily } from '../model/check.ts'
import { type Datagrams, type Endpoint, systemTransport } from '../probes/transport.ts'
import { forward } from './packet.ts'
import type { Place } from './topology.ts'
import { createTranslation } from './translation.ts'
import { draw, type NetworkParts } from './transport.ts'

type Listening =
  | [event: 'message', listener: (bytes: Buffer, from: Endpoint) => void]
  | [event: 'error', listener: (error: Error) => void]
  | [event: 'listening', listener: () => void]

/** Headers of IPv4 and UDP. */
const headerBytes = 28

/**
 * A datagram socket of one place. What it sends is lost or delayed by the fault table; the way back is the business of
 * the one who answers.
 */
export function openDatagrams(place: Place, family: IpFamily, network: NetworkParts): Datagrams {
  const { directory } = network
  const socket = systemTransport({ from: [directory.realIp(place)] }).openUdp(family)
  const translation = createTranslation(place, network)
  let giveBack = () => {}
  let closed = false
  socket.on('listening', () => {
    giveBack = directory.lend(place, socket.address())
  })
  return {
    bind: (options) => socket.bind(options),
    send(bytes, port, address, done) {
      const delivery = translation.deliveryTo({ address, port })
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
      else socket.on('message', (bytes, from) => listener(bytes, translation.senderOf(from)))
    },
    address: () => socket.address(),
    close() {
      closed = true
      giveBack()
      socket.close()
    },
  }
}
