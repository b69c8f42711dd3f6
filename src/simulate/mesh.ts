import type { Peer } from '../model/peer.ts'
import { choosePeers, ringsOf, viewOf } from '../model/peer-choice.ts'
import { ringOrder } from '../model/ring.ts'

/** Whom one agent probes; nodes by number. */
export interface Circle {
  readonly stable: readonly number[]
  /** The others of this epoch. */
  readonly passing: readonly number[]
  readonly predecessors: readonly number[]
  readonly hosts: readonly number[]
  readonly nodePorts: readonly number[]
  readonly rank: number
}

export interface Mesh {
  readonly size: number
  circleOf(node: number, epoch: number): Circle
}

type Lasting = Omit<Circle, 'passing'>

/**
 * What `choosePeers` of the model says of everybody. It walks over all nodes for each of them: that is quick enough for
 * one agent, and for a thousand in every epoch it is not, so what lasts is worked out for all at once.
 */
export function createMesh(peers: readonly Peer[], numberOf: ReadonlyMap<string, number>, seed: string): Mesh {
  const rings = ringsOf(viewOf(peers), seed)
  const numbers = (list: readonly Peer[]) => list.map(({ node }) => numberOf.get(node) ?? 0)
  const few = peers.length <= fullMeshUpTo
  const lasting = new Map<number, Lasting>()
  let passing: { readonly epoch: number; readonly by: ReadonlyMap<number, readonly number[]> } | undefined
  /** Of this epoch: the same circle is the same object. */
  const current = new Map<number, Circle>()

  function smallCircle(node: number, epoch: number): Circle {
    const name = peers.find((peer) => numberOf.get(peer.node) === node)?.node ?? ''
    const chosen = choosePeers(rings, rings, seed, name, epoch)
    const { stable, predecessors, hosts, nodePorts, rank } = chosen
    const lists = { stable: numbers(stable), predecessors: numbers(predecessors), hosts: numbers(hosts) }
    return { ...lists, nodePorts: numbers(nodePorts), passing: [], rank }
  }

  if (!few) {
    const orders = Array.from({ length: stableRings }, (_, ring) => numbers(ringOrder(peers, `${seed}|S${ring}|`)))
    for (const [rank, node] of numbers(rings.order).entries()) lasting.set(node, { ...emptyCircle(), rank })
    for (const [ring, order] of orders.entries()) addRing(lasting, order, ring === 0)
  }

  return {
    size: peers.length,
    circleOf(node, epoch) {
      if (!few && passing?.epoch !== epoch) {
        const zones = [...rings.zones.values()].map(numbers)
        passing = { epoch, by: passingPeers(numbers(rings.order), zones, lasting, epoch) }
        current.clear()
      }
      const known = current.get(node)
      if (known !== undefined) return known
      const made = few
        ? smallCircle(node, epoch)
        : { ...(lasting.get(node) ?? emptyCircle()), passing: passing?.by.get(node) ?? [] }
      current.set(node, made)
      return made
    },
  }
}

// As in the model, which keeps them to itself; a test compares both for every node.
const fullMeshUpTo = 32
const stableRings = 7
const rotatingOffsets = 6
const zonesPerEpoch = 6
const hostPeers = 4
const nodePortPeers = 5

function emptyCircle() {
  return { stable: [], predecessors: [], hosts: [], nodePorts: [], rank: 0 }
}

function addRing(circles: Map<number, Lasting>, order: readonly number[], first: boolean): void {
  const at = (index: number) => order[index % order.length] ?? 0
  order.forEach((node, index) => {
    const circle = circles.get(node)
    if (circle === undefined) return
    const [next, previous] = [at(index + 1), at(index + order.length - 1)]
    const ahead = first ? Array.from({ length: nodePortPeers }, (_, i) => at(index + 1 + i)) : undefined
    circles.set(node, {
      ...circle,
      stable: circle.stable.includes(next) ? circle.stable : [...circle.stable, next],
      predecessors: circle.predecessors.includes(previous) ? circle.predecessors : [...circle.predecessors, previous],
      ...(ahead && { hosts: ahead.slice(0, hostPeers), nodePorts: ahead }),
    })
  })
}

function passingPeers(
  order: readonly number[],
  zones: readonly (readonly number[])[],
  lasting: ReadonlyMap<number, Lasting>,
  epoch: number,
): ReadonlyMap<number, readonly number[]> {
  const span = order.length - 1
  const step = coprimeNear(0.618 * span, span)
  const by = new Map<number, number[]>()
  order.forEach((node, rank) => {
    const peers: number[] = []
    by.set(node, peers)
    for (let j = 0; j < rotatingOffsets; j++) {
      const offset = 1 + (((epoch * rotatingOffsets + j) * step) % span)
      addTo(peers, order[(rank + offset) % order.length] ?? 0, lasting.get(node)?.stable ?? [])
    }
  })
  for (const [from, to] of zonalEdges(zones, epoch)) addTo(by.get(from) ?? [], to, lasting.get(from)?.stable ?? [])
  return by
}

function addTo(peers: number[], peer: number, taken: readonly number[]): void {
  if (!peers.includes(peer) && !taken.includes(peer)) peers.push(peer)
}

function* zonalEdges(zones: readonly (readonly number[])[], epoch: number): Generator<readonly [number, number]> {
  const inTurn = zones.map((_, i) => zones.length <= zonesPerEpoch || (i + epoch) % zones.length < zonesPerEpoch)
  for (const own of zones) {
    for (const [index, theirs] of zones.entries()) {
      if (own === theirs || !inTurn[index]) continue
      const edges = Math.min(own.length, theirs.length)
      for (let i = 0; i < edges; i++)
        yield [own[(i + epoch * edges) % own.length] ?? 0, theirs[(i + epoch * (edges + 1)) % theirs.length] ?? 0]
    }
  }
}

function coprimeNear(wanted: number, span: number): number {
  let step = Math.floor(wanted) | 1
  while (gcd(step, span) !== 1) step += 2
  return step
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}
