import { epochRounds } from '../model/peer-choice.ts'
import type { ProbedPeer, Round } from '../model/round.ts'
import { roundSeconds, type SharedRow } from './agenda.ts'
import type { Arrivals } from './arrivals.ts'
import type { Cluster } from './cluster.ts'
import type { Life } from './life.ts'
import type { Circle } from './mesh.ts'
import { okRows, type Tally } from './tally.ts'

/** What one agent counted, and as whom. */
export interface Counted {
  readonly node: number
  /** Whether it runs at the end of the round: else nobody writes it down. */
  readonly runs: boolean
  readonly circle: Circle
  readonly agenda: readonly SharedRow[]
  readonly tally: Tally
  readonly viewHash: string
  readonly bootId: string
  readonly seq: number
  readonly starvedScore: number
}

export interface Writing {
  readonly cluster: Cluster
  readonly life: Life
  readonly arrivals: Arrivals
  /** What every agent that ran says of its view. */
  readonly hashes: ReadonlyMap<number, string>
  readonly isDual: boolean
  readonly round: number
}

/** The record that an agent closes its round with. */
export function writtenRound({ cluster, life, arrivals, hashes, isDual, round }: Writing, counted: Counted): Round {
  const { node, circle, agenda, tally, viewHash, bootId, seq, starvedScore } = counted
  const nameOf = (other: number) => cluster.nodes[other] ?? ''
  const zone = cluster.zones[cluster.zoneOf[node] ?? 0] ?? ''
  const received = arrivals.take(node, {
    ...{ predecessors: circle.predecessors, families: isDual ? [4, 6] : [4], viewHash, seq, nameOf },
    hashOf: (other) => hashes.get(other),
  })
  const isFirst = seq === 0 || round % epochRounds === 0
  return {
    ...{ kind: 'round', round, bootId, seq, node: nameOf(node), zone, podUid: life.podUid(node) },
    ...{ viewHash, roundSeconds, starvedScore, draining: false },
    ok: okRows(tally, cluster.zones, (probe, target) => sharedName(agenda, probe, target)),
    ...{ stable: tally.stable, fails: tally.fails, received },
    ...(isFirst && { peers: probedBy(counted, nameOf) }),
  }
}

function sharedName(agenda: readonly SharedRow[], probe: number, target: number): string {
  return agenda.find((row) => row.probe === probe && row.target === target)?.name ?? ''
}

/** As agents tell it, once an epoch. */
function probedBy({ circle, node }: Counted, nameOf: (node: number) => string): readonly ProbedPeer[] {
  const of = new Map<number, Set<ProbedPeer['checks'][number]>>()
  const add = (peer: number, checks: ProbedPeer['checks']) => {
    const known = of.get(peer) ?? new Set()
    of.set(peer, known)
    for (const check of checks) known.add(check)
  }
  for (const peer of [...circle.stable, ...circle.passing]) add(peer, ['peer_http', 'peer_tcp', 'peer_udp', 'peer_mtu'])
  for (const peer of circle.hosts) add(peer, ['host_tcp'])
  for (const peer of [node, ...circle.nodePorts]) add(peer, ['nodeport'])
  add(node, ['peer_http'])
  return [...of].map(([peer, checks]) => ({ node: nameOf(peer), checks: [...checks].sort() }))
}
