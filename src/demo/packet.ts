import type { Place, PlaceKind } from './topology.ts'

/** Which part of the network carries a packet. `local` stays on its node. */
export type Layer = 'local' | 'pod' | 'host'

export interface Packet {
  readonly from: Place
  readonly to: Place
  readonly layer: Layer
  /** The port that the conversation was opened to. */
  readonly port: number
  readonly bytes: number
}

/** What becomes of a packet on its way. */
export interface Fate {
  /** 0…1: how probable it is that it never arrives. */
  readonly loss: number
  readonly delayMs: number
}

export const lost: Fate = { loss: 1, delayMs: 0 }
export const arrives: Fate = { loss: 0, delayMs: 0 }

/** One leg of a conversation: packets of both directions take it. */
export interface Path {
  readonly from: Place
  readonly to: Place
  readonly layer: Layer
  readonly port: number
}

export function pathTo(from: Place, to: Place, port: number): Path {
  return { from, to, layer: layerOf(from, to), port }
}

export function forward({ from, to, layer, port }: Path, bytes: number): Packet {
  return { from, to, layer, port, bytes }
}

/** The answer takes the layer of the question: what leaves a pod for a host address comes back by its translation. */
export function backward({ from, to, layer, port }: Path, bytes: number): Packet {
  return { from: to, to: from, layer, port, bytes }
}

export function touches({ from, to }: Packet, node: string): boolean {
  return from.node === node || to.node === node
}

export function isBetween({ from, to }: Packet, a: string, b: string): boolean {
  return (from.name === a && to.name === b) || (from.name === b && to.name === a)
}

export function involves({ from, to }: Packet, kind: PlaceKind, name?: string): boolean {
  return [from, to].some((place) => place.kind === kind && (name === undefined || place.name === name))
}

const pods: readonly PlaceKind[] = ['agent', 'dns', 'ingress']

function layerOf(from: Place, to: Place): Layer {
  if (from.node !== '' && from.node === to.node) return 'local'
  return pods.includes(to.kind) && from.node !== '' ? 'pod' : 'host'
}
