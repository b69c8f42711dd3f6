import { getServers } from 'node:dns'
import { isIP } from 'node:net'

import { familyOf } from '../model/peer.ts'
import { type Failure, failed } from '../model/result.ts'
import type { Target } from '../model/target.ts'
import type { DnsAsking, DnsServer } from './dns-exchange.ts'
import { lookUp } from './dns-lookup.ts'

/** Where a target is: an address of the family that it has, else of the other one. */
export async function addressOf(
  { address: name, family, resolver }: Target,
  asking: Omit<DnsAsking, 'server'>,
): Promise<string | Failure> {
  if (isIP(name) !== 0) return name
  const server = resolver ?? ownResolver()
  if (server === undefined) {
    asking.enter('resolve')
    return failed('name_server_failed', 'this machine knows no name server')
  }
  const found = await lookUp(name, family, { ...asking, server })
  if (typeof found === 'string' || found.reason !== 'name_not_found') return found
  const other = await lookUp(name, family === 6 ? 4 : 6, { ...asking, server })
  return typeof other === 'string' ? other : found
}

/** The machine's first, as Node writes it: `10.0.0.1`, `10.0.0.1:5353`, `[::1]:5353`. */
function ownResolver(): DnsServer | undefined {
  const [written = ''] = getServers()
  const [, bracketed, plain, port = '53'] = /^(?:\[(.+)\]|([^:]+|[^:]*:[^:]*:.*))(?::(\d+))?$/.exec(written) ?? []
  const address = bracketed ?? plain
  return address === undefined ? undefined : { address, port: Number(port), family: familyOf(address) }
}
