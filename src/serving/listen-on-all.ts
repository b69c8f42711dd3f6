import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'

export interface Listeners {
  readonly port: number
  /** Resolves when no connection is left: answers under way have half a second. */
  close(): Promise<void>
}

/** What strangers may take: bytes of headers, connections at a time, milliseconds without taking or giving anything. */
export interface Bounds {
  readonly headerBytes: number
  readonly connections: number
  readonly idleMs: number
}

const limits = {
  headersTimeout: 5000,
  requestTimeout: 5000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 60_000,
}
const leaveMs = 500

/** Listens on all addresses (all there are, when none is given) with one port, or on none: rejects when one is taken. */
export async function listenOnAll(
  addresses: readonly string[],
  port: number,
  bounds: Bounds,
  answer: RequestListener,
): Promise<Listeners> {
  const hosts = addresses.length === 0 ? [undefined] : addresses
  const servers: Server[] = []
  const close = async () => {
    await Promise.all(servers.map(closed))
  }
  let bound = port
  try {
    for (const host of hosts) {
      const server = createServer({ ...limits, maxHeaderSize: bounds.headerBytes }, answer)
      server.maxConnections = bounds.connections
      server.setTimeout(bounds.idleMs)
      // Beside another address, "::" must not take that one's port too.
      await listening(server, { port: bound, ...(host && { host, ipv6Only: isIPv6(host) && hosts.length > 1 }) })
      servers.push(server)
      bound = (server.address() as AddressInfo).port
    }
  } catch (error) {
    await close()
    throw error
  }
  return { port: bound, close }
}

function listening(server: Server, options: Parameters<Server['listen']>[0]): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      // Out of descriptors while accepting: who asks sees a failure, and it passes.
      server.on('error', () => {})
      resolve()
    })
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const leave = setTimeout(() => server.closeAllConnections(), leaveMs)
    // Those that are idle it closes at once.
    server.close(() => {
      clearTimeout(leave)
      resolve()
    })
  })
}
