import type { Cluster } from './cluster.ts'
import type { Random } from './random.ts'
import type { Weather } from './weather.ts'
import type { Wire } from './wire.ts'

/** What a walk through the cluster needs to know of the moment it is made. */
export interface Site {
  readonly cluster: Cluster
  readonly random: Random
  readonly wire: Wire
  weather(): Weather
  /** `health` of a node's agent. */
  agentOf(node: number): number
  /** How starved it is, of 0…1. */
  starvedOf(node: number): number
  /** Whether `source` still has an old address of a node's pod. */
  knowsOldPod(source: number, node: number): boolean
  /** A backend of our own Service, as kube-proxy on `node` knows them; undefined when there is none. */
  backendFor(node: number): number | undefined
  /** Of the canary: a node that may answer now, and whether it is long gone from the Service. */
  canaryFor(node: number): { readonly backend: number; readonly stale: boolean }
  /** The share of packets or requests that fail at a node because its CPU does not suffice. */
  readonly round: number
}

/** A probe that is being made. */
export interface Asked {
  readonly source: number
  /** A node or the how-manieth of the shared targets. */
  readonly target: number
  /** Flows of this probe that keep their path. */
  readonly fixed: boolean
  /** Hears that a datagram reached the agent that it was sent to. */
  readonly onArrival: () => void
}

/** What came of it and how long it took beside the usual. */
export interface Walked {
  readonly outcome: number
  readonly elapsedMs: number
}
