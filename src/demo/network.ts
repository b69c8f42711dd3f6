import type { Transport } from '../probes/transport.ts'
import { createDirectory, type Directory, hasManyLoopbacks } from './directory.ts'
import { createFaultTable, type FaultTable } from './fault-table.ts'
import { createProxyTables, type ProxyTables } from './proxy-tables.ts'
import { seededRandom } from './random.ts'
import { createRouter } from './router.ts'
import type { Place } from './topology.ts'
import { transportAt } from './transport.ts'

/** The demo's cluster network: who is where, what is broken, and a transport for everybody. */
export interface Network {
  readonly faults: FaultTable
  readonly proxies: ProxyTables
  readonly directory: Directory
  readonly random: () => number
  transportAt(place: Place): Transport
}

export async function createNetwork(seed: string, manyAddresses?: boolean): Promise<Network> {
  const faults = createFaultTable()
  const proxies = createProxyTables(faults)
  const directory = createDirectory(manyAddresses ?? (await hasManyLoopbacks()))
  const random = seededRandom(seed)
  const route = createRouter({ faults, proxies, random })
  const parts = { faults, directory, route, random }
  return { faults, proxies, directory, random, transportAt: (place) => transportAt(place, parts) }
}
