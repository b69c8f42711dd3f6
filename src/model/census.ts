import type { ViewNode, ViewReplica } from './recording.ts'

/** What the cluster is known to be, by whoever watches it: who is there, and where the agents serve their rounds. */
export interface Census {
  /** Equal to the agents' own when they know the same nodes, zones and pods. */
  readonly viewHash: string
  readonly nodes: readonly ViewNode[]
  readonly replicas: readonly ViewReplica[]
  readonly agents: readonly AgentAddress[]
}

/** Where an agent's rounds are read. */
export interface AgentAddress {
  readonly node: string
  readonly podUid: string
  readonly host: string
  readonly port: number
}

/** Yields all that is known at once, and again after every change, until `signal` aborts; then ends. */
export interface CensusSource {
  watch(signal: AbortSignal): AsyncIterable<Census>
}
