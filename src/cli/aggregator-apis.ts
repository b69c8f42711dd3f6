import type { MayRead } from '../aggregator/api/access.ts'
import { type ApiParts, type ApiServer, openApi } from '../aggregator/api/server.ts'
import type { AssembledAggregator } from './assemble-aggregator.ts'
import { mustListen } from './must-have.ts'
import type { Values } from './settings.ts'

const loopbacks = ['127.0.0.1', '::1']

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
  const others = await openLocal(local.port, serves, log)
  return { close: async () => void (await Promise.all([main, ...others].map((server) => server.close()))) }
}

/** Nothing depends on it, so an address that cannot be had is told and left out. */
async function openLocal(port: number, serves: Omit<ApiParts, 'addresses' | 'port'>, log: (line: string) => void) {
  const servers: ApiServer[] = []
  for (const address of port === 0 ? [] : loopbacks) {
    try {
      servers.push(await openApi({ ...serves, addresses: [address], port }))
    } catch (error) {
      // A pod without IPv6 has no second one.
      const code = error instanceof Error && 'code' in error ? error.code : String(error)
      if (code !== 'EADDRNOTAVAIL' && code !== 'EAFNOSUPPORT')
        log(`aggregator.local.port: ${port} on ${address} cannot be had (${code}), so nobody can forward ports to it`)
    }
  }
  return servers
}
