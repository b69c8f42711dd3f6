import type { Datagram } from '../model/received.ts'
import type { Identity } from '../model/result.ts'
import type { Answering } from './answering.ts'
import type { Keyring } from './keyring.ts'
import { type Listener, listenTcp, listenUdp } from './listeners.ts'
import { createRepeats } from './repeats.ts'
import type { Transport } from './transport.ts'

export interface ResponderOptions {
  /** Where to listen; empty is every address of both families. */
  readonly addresses: readonly string[]
  /** The same number for TCP and UDP; 0 takes one that is free for both. */
  readonly port: number
  /** Answers to datagrams leave through it. */
  readonly transport: Transport
  readonly keyring: Keyring
  readonly identity: () => Identity
  /** Hears every authentic datagram of `peer_udp`, once. Must not throw. */
  readonly onDatagram: (datagram: Datagram) => void
}

export interface Responder {
  readonly port: number
  /** Accepts nothing more, lets answers in progress end, and resolves when everything is closed. */
  close(): Promise<void>
}

const portsToTry = 20

/** Answers the probes of others, by HTTP and by datagram on one port. Survives whatever is sent to it. */
export async function openResponder(options: ResponderOptions): Promise<Responder> {
  const { keyring, identity, onDatagram, addresses } = options
  const answering = { keyring, identity, onDatagram, repeats: createRepeats() }
  if (addresses.length > 0) return openOn(addresses, options, answering)
  try {
    // One socket for both families.
    return await openOn(['::'], options, answering)
  } catch (error) {
    if (!isOneOf(error, ['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL'])) throw error
    return openOn(['0.0.0.0'], options, answering)
  }
}

type Opening = Pick<ResponderOptions, 'port' | 'transport'>

async function openOn(addresses: readonly string[], opening: Opening, answering: Answering): Promise<Responder> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await openAll(addresses, opening, answering)
    } catch (error) {
      // The kernel chose a port that is free for TCP here; it may be taken for UDP, or on another address.
      if (opening.port !== 0 || attempt === portsToTry || !isOneOf(error, ['EADDRINUSE'])) throw error
    }
  }
}

async function openAll(addresses: readonly string[], opening: Opening, answering: Answering): Promise<Responder> {
  const open: Listener[] = []
  const close = async () => {
    await Promise.all(open.map((listener) => listener.close()))
  }
  let { port } = opening
  try {
    for (const address of addresses) {
      const tcp = await listenTcp({ address, port }, answering)
      open.push(tcp)
      port = tcp.port
      open.push(await listenUdp({ address, port }, opening.transport, answering))
    }
    return { port, close }
  } catch (error) {
    await close()
    throw error
  }
}

function isOneOf(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
}
