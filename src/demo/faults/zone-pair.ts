import type { Packet } from '../packet.ts'
import { zones } from '../topology.ts'

/** As on a command line: `zone-a:zone-b`, every pair in both orders. */
export const zonePairs: readonly string[] = zones.flatMap((from) =>
  zones.filter((to) => to !== from).map((to) => `${from}:${to}`),
)

export function zonesIn(pair: string): readonly [string, string] {
  const [from = '', to = ''] = pair.split(':')
  return [from, to]
}

export function crosses({ from, to }: Packet, zone: string, other: string): boolean {
  return from.zone === zone && to.zone === other
}
