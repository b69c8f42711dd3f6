import type { Listener, Serves } from './agent.ts'
import { openAgentServer, type ServerParts } from './server.ts'

export interface LocalParts extends Serves, Pick<ServerParts, 'metrics' | 'readers'> {
  /** 0 opens nothing. */
  readonly port: number
  readonly log: (line: string) => void
}

const loopbacks = ['127.0.0.1', '::1']

/**
 * The same as on the metrics port, without a token, on the loopback only: for who may forward a port of our pod and so
 * needs no key. Nothing depends on it, so an address that cannot be had is told and left out.
 */
export async function openLocalServer({ port, log, ...serves }: LocalParts): Promise<Listener> {
  const listeners: Listener[] = []
  for (const address of port === 0 ? [] : loopbacks) {
    try {
      listeners.push(await openAgentServer({ ...serves, port, addresses: [address], mayRead: () => true }))
    } catch (error) {
      // A pod without IPv6 has no second one.
      const code = error instanceof Error && 'code' in error ? error.code : String(error)
      const hasNone = code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'
      if (!hasNone) log(`local.port: ${port} on ${address} cannot be had (${code}), so --direct cannot read this agent`)
    }
  }
  return {
    port,
    close: async () => void (await Promise.all(listeners.map((listener) => listener.close()))),
  }
}
