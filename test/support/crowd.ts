import type { Peer } from '../../src/model/peer.ts'
import { type Chosen, choosePeers, ringsOf, viewOf } from '../../src/model/peer-choice.ts'
import { peerOn } from './agent.ts'

/** `count` peers, `node-0` first; `zoneOf` says where each sits. */
export function crowdOf(
  count: number,
  zoneOf: (index: number) => string = (index) => `zone-${index % 3}`,
): readonly Peer[] {
  return Array.from({ length: count }, (_, index) => peerOn(`node-${index}`, { zone: zoneOf(index) }))
}

/** Whom some agents (all, unless told) of a mesh choose in one epoch; all of them know the same peers. */
export function choicesOf(peers: readonly Peer[], epoch: number, selves = nodesOf(peers)): ReadonlyMap<string, Chosen> {
  const rings = ringsOf(viewOf(peers), 'seed')
  return new Map(selves.map((self) => [self, choosePeers(rings, rings, 'seed', self, epoch)]))
}

export function choiceOf(self: string, peers: readonly Peer[], epoch: number, seed = 'seed'): Chosen {
  const rings = ringsOf(viewOf(peers), seed)
  return choosePeers(rings, rings, seed, self, epoch)
}

/** Who probes whom, by one list of everybody's choice. */
export function edgesOf(
  choices: ReadonlyMap<string, Chosen>,
  list: 'peers' | 'stable' | 'zonal' | 'predecessors' | 'hosts' | 'nodePorts',
): readonly (readonly [from: string, to: string])[] {
  return [...choices].flatMap(([self, chosen]) => chosen[list].map(({ node }) => [self, node] as const))
}

export function nodesOf(peers: readonly Peer[]): readonly string[] {
  return peers.map(({ node }) => node)
}
