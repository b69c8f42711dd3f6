import type { Clock } from '../model/clock.ts'
import { addressOf, type Peer, type Surroundings } from '../model/peer.ts'
import type { Identity } from '../model/result.ts'

/** For how long a peer's word that it is leaving explains its silence. */
const drainingExplainsMs = 5 * 60_000

export interface Roster {
  /** Remembers what a peer said of itself. True when that changes what we know of it. */
  learn(identity: Identity): boolean
  isDraining(node: string): boolean
  /** The same surroundings, with what the peers told us where discovery does not know it. */
  complete(surroundings: Surroundings): Surroundings
}

interface Known {
  readonly podUid: string
  readonly zone: string
  readonly hostIp: string
  readonly drainingSinceMs: number | undefined
}

/** What we know of the peers from their own identity replies: zone, host address, whether they are leaving. */
export function createRoster(clock: Clock): Roster {
  let known = new Map<string, Known>()

  function completed(peer: Peer): Peer {
    const said = known.get(peer.node)
    if (said === undefined) return peer
    return {
      ...peer,
      zone: peer.zone === '' ? said.zone : peer.zone,
      hostIps: peer.hostIps.length === 0 && said.hostIp !== '' ? [addressOf(said.hostIp)] : peer.hostIps,
    }
  }

  return {
    learn({ node, podUid, zone, hostIp, draining }) {
      const before = known.get(node)
      const since = before?.podUid === podUid ? before.drainingSinceMs : undefined
      const drainingSinceMs = draining ? (since ?? clock.monotonicMs()) : undefined
      known.set(node, { podUid, zone, hostIp, drainingSinceMs })
      return before?.zone !== zone || before.hostIp !== hostIp
    },

    isDraining(node) {
      const since = known.get(node)?.drainingSinceMs
      return since !== undefined && clock.monotonicMs() - since < drainingExplainsMs
    },

    complete(surroundings) {
      const { peers, hash } = surroundings.view
      const nodes = new Set(peers.map(({ node }) => node))
      known = new Map([...known].filter(([node]) => nodes.has(node)))
      // The hash stays that of the discovered view: agents learn these things at different times.
      return { ...surroundings, view: { hash, peers: peers.map(completed) } }
    },
  }
}
