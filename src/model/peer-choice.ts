import { hash53 } from './hash.ts'
import type { Peer, View } from './peer.ts'
import { neighbours, ringOrder } from './ring.ts'

const fullMeshUpTo = 32
const stableRings = 7
const rotatingOffsets = 6
export const epochRounds = 4
const zonesPerEpoch = 6
const hostPeers = 4
const nodePortPeers = 5

/** Whom one agent probes in one epoch. Every list is without ourselves and without doubles. */
export interface Chosen {
  /** The same as long as the nodes are the same: evidence in sequence, and the receiver knows whom to expect. */
  readonly stable: readonly Peer[]
  /** Others every epoch, so that every ordered pair is covered after ⌈(N−1)/6⌉ epochs. */
  readonly rotating: readonly Peer[]
  /** At most one in every other zone. */
  readonly zonal: readonly Peer[]
  /** All of them. */
  readonly peers: readonly Peer[]
  /** Those who have us among their stable peers, so whose datagrams we expect. */
  readonly predecessors: readonly Peer[]
  /** Whose host address we ask: our next four on the first ring, so that everybody is asked by four. */
  readonly hosts: readonly Peer[]
  /** Whose NodePort we ask: our next five on the first ring. */
  readonly nodePorts: readonly Peer[]
  /** Our place among `nodes`, for turns at shared targets. */
  readonly rank: number
  readonly nodes: number
}

/** A view prepared for choosing: sorted once, used for every epoch. */
export interface Rings {
  readonly view: View
  /** The rotating ring. */
  readonly order: readonly Peer[]
  readonly ranks: ReadonlyMap<string, number>
  /** Members of each zone in ring order, zones sorted by name. */
  readonly zones: ReadonlyMap<string, readonly Peer[]>
}

export function ringsOf(view: View, seed: string): Rings {
  const order = ringOrder(view.peers, `${seed}|R|`)
  const zones = new Map<string, Peer[]>()
  for (const zone of [...new Set(view.peers.map(({ zone }) => zone))].sort()) zones.set(zone, [])
  for (const peer of ringOrder(view.peers, `${seed}|Z|`)) zones.get(peer.zone)?.push(peer)
  return { view, order, ranks: new Map(order.map(({ node }, rank) => [node, rank])), zones }
}

/**
 * Chooses peers without any coordination: full mesh up to 32 nodes; beyond, stable hash rings, rotating offsets of
 * one hash ring and one edge to every other zone. Constant in the number of nodes.
 *
 * Stable rings follow the `live` view; rotation follows the view `frozen` when the epoch began, so that ranks agree
 * although agents learn of changes at different times. A node that nobody knows yet gets no rotating peers.
 */
export function choosePeers(live: Rings, frozen: Rings, seed: string, self: string, epoch: number): Chosen {
  const { peers } = live.view
  const others = peers.filter(({ node }) => node !== self)
  const mesh = peers.length <= fullMeshUpTo
  const rings = ringNeighbours(peers, seed, self, mesh ? 1 : stableRings)
  const beside = rings[0]?.next ?? []
  const stable = mesh ? afterSelf(live, self) : unique(rings.map(({ next }) => next[0]))
  const rotating = mesh ? [] : without(rotatingPeers(frozen, self, epoch), stable)
  const zonal = mesh ? [] : without(zonalPeers(frozen, self, epoch), [...stable, ...rotating])
  const alive = new Map(others.map((peer) => [peer.node, peer]))
  const known = (list: readonly Peer[]) => list.flatMap(({ node }) => alive.get(node) ?? [])
  const lists = { stable, rotating: known(rotating), zonal: known(zonal) }
  return {
    ...lists,
    peers: [...lists.stable, ...lists.rotating, ...lists.zonal],
    predecessors: mesh ? others : unique(rings.map(({ previous }) => previous)),
    hosts: beside.slice(0, hostPeers),
    nodePorts: beside.slice(0, nodePortPeers),
    rank: live.ranks.get(self) ?? 0,
    nodes: peers.length,
  }
}

/** Nodes take turns at a shared target when all of them at once would be too much for it. */
export function takesTurn({ rank }: Pick<Chosen, 'rank'>, round: number, everyRounds: number): boolean {
  return (rank + round) % everyRounds === 0
}

/** Every how many rounds a node may ask a shared target for `nodes` of them to stay below `perSecond` in all. */
export function turnsFor(nodes: number, perRound: number, roundSeconds: number, perSecond: number): number {
  const together = (roundSeconds * perSecond) / perRound
  return Math.max(1, Math.ceil(nodes / (together < 1 ? together : Math.floor(together))))
}

/** Equal for equal sets of nodes, zones and pods, whatever the order they arrived in. */
export function viewOf(peers: readonly Peer[]): View {
  const sorted = [...peers].sort((a, b) => (a.node < b.node ? -1 : 1))
  let hash = sorted.length
  for (const { node, zone, podUid } of sorted) hash = (hash * 31 + hash53(`${node}|${zone}|${podUid}`)) % 2 ** 48
  return { peers: sorted, hash: hash.toString(36) }
}

function afterSelf({ order, ranks }: Rings, self: string): readonly Peer[] {
  const rank = ranks.get(self) ?? 0
  return [...order.slice(rank), ...order.slice(0, rank)].filter(({ node }) => node !== self)
}

function ringNeighbours(peers: readonly Peer[], seed: string, self: string, rings: number) {
  const widest = Math.max(hostPeers, nodePortPeers)
  return Array.from({ length: rings }, (_, ring) =>
    neighbours(peers, `${seed}|S${ring}|`, self, ring === 0 ? widest : 1),
  )
}

function rotatingPeers({ order, ranks }: Rings, self: string, epoch: number): readonly Peer[] {
  const rank = ranks.get(self)
  if (rank === undefined) return []
  const span = order.length - 1
  const step = coprimeNear(0.618 * span, span)
  return Array.from({ length: rotatingOffsets }, (_, j) => {
    const offset = 1 + (((epoch * rotatingOffsets + j) * step) % span)
    return order[(rank + offset) % order.length]
  }).filter((peer) => peer !== undefined)
}

function zonalPeers({ view, zones }: Rings, self: string, epoch: number): readonly Peer[] {
  const zone = view.peers.find(({ node }) => node === self)?.zone
  const own = zone === undefined ? undefined : zones.get(zone)
  if (own === undefined) return []
  const rank = own.findIndex(({ node }) => node === self)
  return zonesInTurn([...zones.keys()], epoch)
    .filter((other) => other !== zone)
    .flatMap((other) => {
      const theirs = zones.get(other) ?? []
      const edges = Math.min(own.length, theirs.length)
      // Edge i starts at own[(i + epoch·edges) mod |own|]: is there an edge that starts at us?
      const i = mod(rank - epoch * edges, own.length)
      const peer = theirs[mod(i + epoch * (edges + 1), theirs.length)]
      return i < edges && peer !== undefined ? [peer] : []
    })
}

function zonesInTurn(names: readonly string[], epoch: number): readonly string[] {
  if (names.length <= zonesPerEpoch) return names
  return names.filter((_, index) => (index + epoch) % names.length < zonesPerEpoch)
}

/** The odd number nearest above `wanted` that shares no factor with `span`, so that its multiples visit everything. */
function coprimeNear(wanted: number, span: number): number {
  let step = Math.floor(wanted) | 1
  while (gcd(step, span) !== 1) step += 2
  return step
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

function mod(a: number, n: number): number {
  return ((a % n) + n) % n
}

function unique(peers: readonly (Peer | undefined)[]): readonly Peer[] {
  return [...new Map(peers.filter((peer) => peer !== undefined).map((peer) => [peer.node, peer])).values()]
}

function without(peers: readonly Peer[], taken: readonly Peer[]): readonly Peer[] {
  const nodes = new Set(taken.map(({ node }) => node))
  return unique(peers).filter(({ node }) => !nodes.has(node))
}
