import { zonesOf } from '../lab/plan.ts'
import type { Place, Scene } from './scene.ts'

/** The two ends of `w1:w2` or `zone-a:zone-b`. Throws when one is missing. */
export function endsOf(target: string): readonly [string, string] {
  const [from = '', to = '', ...more] = target.split(':')
  if (from !== '' && to !== '' && more.length === 0) return [from, to]
  throw new Error(`expected two names as in w1:w2, got ${target}`)
}

/** The pods of `dns-1` or `dns-1,dns-3`: numbered by the nodes that they are on. Throws when there is none of them. */
export function numbered(target: string, prefix: string, pods: readonly Place[]): readonly Place[] {
  return target.split(',').map((name) => {
    const pod = pods.find((_, index) => name === `${prefix}-${index + 1}`)
    if (pod !== undefined) return pod
    throw new Error(`there is no ${name}; there are ${pods.map((_, index) => `${prefix}-${index + 1}`).join(', ')}`)
  })
}

export function isOneOf(place: Place, places: readonly Place[]): boolean {
  return places.some(({ pod, ip }) => pod === place.pod && ip === place.ip)
}

/** Machines and pods of a zone, as a set of nftables. Throws when there is no such zone. */
export function addressesOf(zone: string, { plan }: Scene): string {
  const nodes = plan.nodes.filter((node) => node.zone === zone)
  if (nodes.length === 0) throw new Error(`there is no ${zone}; there are ${zonesOf(plan).join(', ')}`)
  return `{ ${nodes.flatMap(({ ips, podCidrs }) => [ips[0], podCidrs[0]]).join(', ')} }`
}
