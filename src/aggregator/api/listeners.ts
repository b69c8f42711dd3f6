import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'

export interface Listeners {
  readonly port: number
  /** Resolves when no connection is left: answers under way have half a second. */
  close(): Promise<void>
}

const limits = {
  // Tokens of some identity providers are long.
  maxHeaderSize: 16 * 1024,
  headersTimeout: 5000,
  requestTimeout: 5000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 60_000,
}
const connectionsAtMost = 256
/** A reader who takes nothing for so long is let go. Longer than any question may take. */
const usualIdleMs = 45_000
const leaveMs = 500

/** Listens on all addresses with one port, or on none: rejects when one of them is taken. */
export async function listenOnAll(
  addresses: readonly string[],
  port: number,
  answer: RequestListener,
  idleMs = usualIdleMs,
): Promise<Listeners> {
  const hosts = addresses.length === 0 ? [undefined] : addresses
  const servers: Server[] = []
  const close = async () => {
    await Promise.all(servers.map(closed))
  }
  let bound = port
  try {
    for (const host of hosts) {
      const server = createServer(limits, answer)
      server.maxConnections = connectionsAtMost
      server.setTimeout(idleMs)
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
