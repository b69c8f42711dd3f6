import type { Peer, Surroundings } from '../../src/model/peer.ts'
import { choosePeers, ringsOf } from '../../src/model/peer-choice.ts'
import type { Scene, Self } from '../../src/model/probe.ts'
import { selfOn, surroundingsOf } from './agent.ts'

/** Where the agent on node `a` stands when it chooses its targets. */
export function sceneOf(peers: readonly Peer[], self: Partial<Self> = {}, around: Partial<Surroundings> = {}): Scene {
  const surroundings = surroundingsOf(peers, around)
  const rings = ringsOf(surroundings.view, 'seed')
  const chosen = choosePeers(rings, rings, 'seed', 'a', 0)
  return { self: selfOn('a', self), surroundings, chosen, epoch: 0, roundSeconds: 10 }
}
