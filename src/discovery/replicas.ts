import { familyOf, type Replica } from '../model/peer.ts'
import type { SliceEndpoint } from './slices.ts'

/**
 * The pods behind somebody else's Service. One that was ready once stays while it is not, so that it does not turn
 * green by absence; one that never was is still starting, which is no fault.
 */
export function replicasOf(endpoints: readonly SliceEndpoint[], known: readonly Replica[]): readonly Replica[] {
  const before = new Set(known.map(keyOf))
  const replicas = new Map<string, Replica>()
  for (const { ip, pod, port, ready, terminating } of endpoints) {
    const replica = { name: pod || ip, ip, family: familyOf(ip), port }
    if (!terminating && (ready || before.has(keyOf(replica)))) replicas.set(keyOf(replica), replica)
  }
  return [...replicas.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

function keyOf({ name, ip }: Replica): string {
  return `${name} ${ip}`
}
