import { openAgentServer, type ServerParts } from '../agent/server.ts'
import { openOnLoopback } from './on-loopback.ts'

export interface LoopbackParts extends Omit<ServerParts, 'addresses' | 'mayRead'> {
  readonly log: (line: string) => void
}

/** The same as on the metrics port, without a token: who may forward a port of our pod needs no key. Port 0 opens none. */
export function openAgentLoopback({ log, ...serves }: LoopbackParts) {
  const { port } = serves
  return openOnLoopback({
    port,
    open: (address) => openAgentServer({ ...serves, addresses: [address], mayRead: () => true }),
    refused: (address, code) =>
      log(`local.port: ${port} on ${address} cannot be had (${code}), so --direct cannot read this agent`),
  })
}
