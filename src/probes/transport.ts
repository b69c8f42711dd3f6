import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { connect, type Socket } from 'node:net'

import type { IpFamily } from '../model/check.ts'

export interface Endpoint {
  readonly address: string
  readonly port: number
}

/**
 * How packets leave and arrive. Probes and answers get it handed in: production passes Node's own; the demo a wrapper
 * that withholds packets by its fault table, so that a cut is silence and not a refusal.
 */
export interface Transport {
  /** A TCP connection being opened, as by `net.connect`: emits `connect` or `error`. */
  connect(to: Endpoint): Socket
  /** A datagram socket, not yet bound. */
  openUdp(family: IpFamily): Datagrams
}

/** What we use of `dgram.Socket`: real ones are passed as they are. */
export interface Datagrams {
  bind(options: { readonly port?: number; readonly address?: string }): void
  send(bytes: Uint8Array, port: number, address: string, done: (error: Error | null) => void): void
  on(event: 'message', listener: (bytes: Buffer, from: Endpoint) => void): void
  on(event: 'error', listener: (error: Error) => void): void
  on(event: 'listening', listener: () => void): void
  address(): Endpoint
  close(): void
}

export interface TransportOptions {
  /** Our own address to send from, one a family at most; empty lets the kernel choose. */
  readonly from: readonly string[]
}

/** Node's own sockets. */
export function systemTransport({ from }: TransportOptions): Transport {
  const own = (family: IpFamily) => from.find((ip) => ip.includes(':') === (family === 6))
  return {
    connect({ address, port }) {
      const localAddress = own(address.includes(':') ? 6 : 4)
      return connect({ host: address, port, noDelay: true, ...(localAddress !== undefined && { localAddress }) })
    },
    openUdp: (family) => boundTo(createSocket(family === 6 ? 'udp6' : 'udp4'), own(family)),
  }
}

/** Datagrams leave from our address too: an unbound socket binds itself on its first send. */
function boundTo(socket: UdpSocket, address: string | undefined): UdpSocket {
  if (address === undefined) return socket
  const bind = socket.bind.bind(socket)
  const send = socket.send.bind(socket)
  let bound = false
  return Object.assign(socket, {
    bind(options: { port?: number; address?: string }) {
      bound = true
      return bind({ address, ...options })
    },
    send(bytes: Uint8Array, port: number, to: string, done: (error: Error | null) => void) {
      if (!bound) bind({ address })
      bound = true
      // An unbound socket's send waits for the bind by itself.
      send(bytes, port, to, done)
    },
  })
}
