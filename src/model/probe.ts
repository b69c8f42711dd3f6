import type { Check } from './check.ts'
import type { Phase } from './failure.ts'
import type { Surroundings } from './peer.ts'
import type { Chosen } from './peer-choice.ts'
import type { Outcome } from './result.ts'
import type { Target } from './target.ts'

/** A check with its settings read and its transport in hand: whom to ask, and how. */
export interface Probe {
  readonly check: Check
  readonly timeoutMs: number
  /** Whom to ask in this epoch. Pure. */
  targets(scene: Scene): readonly Target[]
  /**
   * Has the conversation once. Returns what it decided; throws what the network did to it (the caller turns that
   * into a reason). Lets go of every socket before it settles, at the latest when `signal` aborts.
   */
  run(target: Target, context: ProbeContext): Promise<Outcome>
}

/** Where an agent stands when it chooses its targets. */
export interface Scene {
  readonly self: Self
  readonly surroundings: Surroundings
  readonly chosen: Chosen
  /** Counts the times that rotating peers have changed. */
  readonly epoch: number
  readonly roundSeconds: number
}

/** Who we are. Learned from the pod's own environment, before anything else. */
export interface Self {
  readonly cluster: string
  readonly node: string
  readonly zone: string
  readonly podUid: string
  readonly bootId: string
  readonly podIps: readonly string[]
  readonly hostIp: string
}

export interface ProbeContext {
  /** Aborts at the probe's deadline or when the agent stops. */
  readonly signal: AbortSignal
  readonly round: number
  /** Which of the target's `perRound` times this is; beyond them, a confirmation. */
  readonly index: number
  /** Hash of the view the target was chosen from. */
  readonly viewHash: string
  /** Names the step the conversation is in, so that a failure says where it happened. */
  enter(phase: Phase): void
}
