import { epochRounds } from '../model/peer-choice.ts'
import type { ProbedPeer, Round } from '../model/round.ts'
import { roundSeconds } from './agenda.ts'
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
  const { node, circle, tally, viewHash, bootId, seq, starvedScore } = counted
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
    ok: okRows(tally, cluster.zones),
    ...{ stable: tally.stable, fails: tally.fails, received },
    ...(isFirst && { peers: probedBy(counted, nameOf) }),
  }
}

/** What is asked of a peer, as a sum of these. */
const asked = { all: 1, host: 2, nodePort: 4, http: 8 } as const

const checksOf: readonly ProbedPeer['checks'][] = Array.from({ length: 16 }, (_, what) => {
  const checks = new Set<ProbedPeer['checks'][number]>()
  if (what & asked.all)
    for (const check of ['peer_http', 'peer_tcp', 'peer_udp', 'peer_mtu'] as const) checks.add(check)
  if (what & asked.host) checks.add('host_tcp')
  if (what & asked.nodePort) checks.add('nodeport')
  if (what & asked.http) checks.add('peer_http')
  return [...checks].sort()
})

/** As agents tell it, once an epoch. */
function probedBy({ circle, node }: Counted, nameOf: (node: number) => string): readonly ProbedPeer[] {
  const of = new Map<number, number>()
  const add = (peer: number, what: number) => of.set(peer, (of.get(peer) ?? 0) | what)
  for (const peer of circle.stable) add(peer, asked.all)
  for (const peer of circle.passing) add(peer, asked.all)
  for (const peer of circle.hosts) add(peer, asked.host)
  for (const peer of [node, ...circle.nodePorts]) add(peer, asked.nodePort)
  add(node, asked.http)
  return Array.from(of, ([peer, what]) => ({ node: nameOf(peer), checks: checksOf[what] ?? [] }))
}
