import type { Check } from './check.ts'
import type { Reason } from './failure.ts'
import type { Round } from './round.ts'

/** One line of a recording; `docs/rounds.md`, `docs/rounds.schema.json`. */
export type RecordingLine = ViewLine | Round | PullLine | EventLine

/** What the cluster was known to be, from `round` on until the next of these. */
export interface ViewLine {
  readonly kind: 'view'
  readonly round: number
  readonly viewHash: string
  readonly nodes: readonly ViewNode[]
  readonly replicas: readonly ViewReplica[]
}

export interface ViewNode {
  readonly node: string
  readonly zone: string
  /** The agent's pod; empty when there is none. */
  readonly podUid: string
  /** The address of that pod, the first where it has two; absent while unknown. */
  readonly ip?: string
  /** The kubelet's view of the agent's pod. */
  readonly ready: boolean
  readonly cordoned: boolean
}

/** Who is behind a shared target, and where. */
export interface ViewReplica {
  readonly check: Extract<Check, 'dns_replica' | 'ingress_replica' | 'apiserver_endpoint'>
  readonly name: string
  readonly node?: string
}

/** Whether the agents' rounds arrived. */
export interface PullLine {
  readonly kind: 'pull'
  readonly round: number
  readonly tried: number
  readonly failed: readonly { readonly node: string; readonly reason: Reason }[]
}

/** What an agent that nobody reads wrote into the cluster's Events. */
export interface EventLine {
  readonly kind: 'event'
  readonly round: number
  readonly node: string
  readonly podUid: string
  readonly unreachable: readonly { readonly check: Check; readonly target: string }[]
}

/**
 * All that is known of one round when it is judged: what a recording has between one round number and the next. What
 * agents told may be read one by one, so that all of a large cluster is never in memory at once: then `rounds` are in the
 * order of their numbers, and `pull` is whole when they were read.
 */
export interface RoundInput<Rounds extends Iterable<Round> = readonly Round[]> {
  readonly round: number
  readonly roundSeconds: number
  readonly view: ViewLine
  readonly rounds: Rounds
  readonly pull: PullLine
  readonly events: readonly EventLine[]
}

/** All of it but what agents told. */
export type Frame = Omit<RoundInput, 'rounds'>
