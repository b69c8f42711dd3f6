import { zonesOf } from '../lab/plan.ts'
import type { TargetKind } from './fault.ts'
import type { Scene } from './scene.ts'

const separators: Readonly<Partial<Record<TargetKind, string>>> = {
  node_pair: ':',
  zone_pair: ':',
  dns_pod: ',',
  ingress_pod: ',',
}

/** Throws a sentence when a target is not there; `w1:w2` are two, and so are `dns-1,dns-2`. */
export function mustBeThere(kind: TargetKind, target: string, scene: Scene): void {
  const known = targetsOf(kind, scene)
  const separator = separators[kind]
  const names = separator === undefined ? [target] : target.split(separator)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}; there are ${known.join(', ')}`)
  if (separator === ':' && names.length !== 2)
    throw new Error(`expected two names as in ${known.slice(0, 2).join(':')}`)
}

function targetsOf(kind: TargetKind, { plan, dns, ingress }: Scene): readonly string[] {
  const known: Readonly<Record<TargetKind, () => readonly string[]>> = {
    node: () => plan.nodes.map(({ name }) => name),
    node_pair: () => plan.nodes.map(({ name }) => name),
    zone_pair: () => zonesOf(plan),
    dns_pod: () => dns.map((_, index) => `dns-${index + 1}`),
    ingress_pod: () => ingress.map((_, index) => `ingress-${index + 1}`),
    api_server: () => plan.apiServers.map(({ name }) => name),
    cluster: () => ['cluster'],
  }
  return known[kind]()
}
