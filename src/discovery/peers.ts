import { isDeepStrictEqual } from 'node:util'

import { type Address, addressOf, type Peer } from '../model/peer.ts'
import type { SliceEndpoint } from './slices.ts'

/**
 * One peer a node, from the endpoints of our headless Service. An unready one stays, a terminating one leaves.
 * Peers that did not change are the objects in `known`.
 */
export function peersOf(
  endpoints: readonly SliceEndpoint[],
  hostPort: number,
  known: readonly Peer[],
): readonly Peer[] {
  const before = new Map(known.map((peer) => [peer.node, peer]))
  return [...byNode(endpoints)].flatMap(([node, here]) => {
    const peer = peerOn(node, here, hostPort)
    if (peer === undefined) return []
    const old = before.get(node)
    return isDeepStrictEqual(old, peer) && old !== undefined ? [old] : [peer]
  })
}

function byNode(endpoints: readonly SliceEndpoint[]): ReadonlyMap<string, readonly SliceEndpoint[]> {
  const nodes = new Map<string, SliceEndpoint[]>()
  for (const endpoint of endpoints) {
    if (endpoint.node === '') continue
    const here = nodes.get(endpoint.node)
    if (here === undefined) nodes.set(endpoint.node, [endpoint])
    else here.push(endpoint)
  }
  return nodes
}

function peerOn(node: string, here: readonly SliceEndpoint[], hostPort: number): Peer | undefined {
  // A pod can be in two slices while slices are rebalanced, one of them stale. It never comes back from terminating.
  const leaving = new Set(here.filter(({ terminating }) => terminating).map(keyOf))
  const staying = here.filter((endpoint) => !leaving.has(keyOf(endpoint)))
  const ready = new Set(staying.filter((endpoint) => endpoint.ready).map(keyOf))
  // Endpoints have no age, so two good pods of one node, a moment of a surging rollout, are told apart by what
  // every agent sees alike.
  const chosen = [...(ready.size > 0 ? ready : new Set(staying.map(keyOf)))].sort().at(-1)
  const same = staying.filter((endpoint) => keyOf(endpoint) === chosen)
  const [first] = same
  if (first === undefined) return undefined
  const { zone, podUid, port } = first
  return { node, zone, podUid, podIps: oneAFamily(same), port, hostIps: [], hostPort, ready: ready.size > 0 }
}

function keyOf({ podUid, pod, ip }: SliceEndpoint): string {
  return podUid || pod || ip
}

function oneAFamily(endpoints: readonly SliceEndpoint[]): readonly Address[] {
  const addresses = endpoints.map(({ ip }) => addressOf(ip))
  return ([4, 6] as const).flatMap((wanted) => addresses.find(({ family }) => family === wanted) ?? [])
}
