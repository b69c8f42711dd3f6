import type { MayRead } from '../aggregator/api/access.ts'
import { type ApiServer, openApi } from '../aggregator/api/server.ts'
import type { AssembledAggregator } from './assemble-aggregator.ts'
import { mustListen } from './must-have.ts'
import { openOnLoopback } from './on-loopback.ts'
import type { Values } from './settings.ts'

export interface ApisParts extends Pick<AssembledAggregator, 'aggregator' | 'archive' | 'metrics'> {
  /** What hinders it from being asked. */
  readonly ready: () => string | undefined
  /** Everybody may when undefined. */
  readonly mayRead: MayRead | undefined
}

/** The API for everybody, and on the loopback for who may forward ports to us. Throws ConfigError. */
export async function openApis(
  { listen, local }: Values['aggregator'],
  { aggregator, archive, metrics, ready, mayRead }: ApisParts,
  log: (line: string) => void,
): Promise<Pick<ApiServer, 'close'>> {
  const serves = { live: aggregator, archive, metrics: metrics.text, ready }
  const main = await mustListen('aggregator.listen', () =>
    openApi({ ...listen, ...serves, ...(mayRead && { mayRead }) }),
  )
  log(`meshprobe aggregator: API, metrics and health on port ${main.port}`)
  const loopback = await openOnLoopback({
    port: local.port,
    open: (address) => openApi({ ...serves, addresses: [address], port: local.port }),
    refused: (address, code) =>
      log(
        `aggregator.local.port: ${local.port} on ${address} cannot be had (${code}), so nobody can forward ports to it`,
      ),
  })
  return { close: async () => void (await Promise.all([main.close(), loopback.close()])) }
}
