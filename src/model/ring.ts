import { hash53 } from './hash.ts'
import type { Peer } from './peer.ts'

const ringSize = 2 ** 53

export interface Neighbours {
  /** Our successors, the nearest first. */
  readonly next: readonly Peer[]
  /** Whose nearest successor we are; absent when we are alone. */
  readonly previous?: Peer
}

/** All peers in the order of one hash ring; another `salt` is another ring. */
export function ringOrder(peers: readonly Peer[], salt: string): readonly Peer[] {
  return peers
    .map((peer) => ({ peer, distance: hash53(salt + peer.node) }))
    .sort((a, b) => (closer(a, b) ? -1 : 1))
    .map(({ peer }) => peer)
}

/** Our `count` successors and our predecessor on one hash ring, in one pass and without sorting it. */
export function neighbours(peers: readonly Peer[], salt: string, self: string, count: number): Neighbours {
  const own = hash53(salt + self)
  const nearest: Distant[] = []
  let farthest: Distant | undefined
  for (const peer of peers) {
    if (peer.node === self) continue
    const ahead = hash53(salt + peer.node) - own
    const distant = { peer, distance: ahead < 0 ? ahead + ringSize : ahead }
    if (farthest === undefined || closer(farthest, distant)) farthest = distant
    keepNearest(nearest, distant, count)
  }
  return { next: nearest.map(({ peer }) => peer), ...(farthest && { previous: farthest.peer }) }
}

interface Distant {
  readonly peer: Peer
  readonly distance: number
}

/** Keeps `nearest` sorted and no longer than `count`. */
function keepNearest(nearest: Distant[], distant: Distant, count: number): void {
  const last = nearest[count - 1]
  if (last !== undefined && !closer(distant, last)) return
  const at = nearest.findIndex((other) => closer(distant, other))
  nearest.splice(at === -1 ? nearest.length : at, 0, distant)
  nearest.length = Math.min(nearest.length, count)
}

function closer(a: Distant, b: Distant): boolean {
  return a.distance < b.distance || (a.distance === b.distance && a.peer.node < b.peer.node)
}
