import type { Phase, Reason } from './failure.ts'
import type { Target } from './target.ts'

export type Outcome =
  | { readonly outcome: 'reached'; readonly answer?: Answer }
  | { readonly outcome: 'failed'; readonly reason: Reason; readonly detail: string }

/** What the one who answered said of itself. */
export interface Answer {
  readonly identity?: Identity
}

/** Who answers: the identity reply of `docs/wire.md`. */
export interface Identity {
  readonly cluster: string
  readonly node: string
  readonly zone: string
  readonly hostIp: string
  readonly podUid: string
  readonly bootId: string
  /** About to leave: its silence will not be a fault. */
  readonly draining: boolean
}

export interface PhaseTiming {
  readonly phase: Phase
  readonly ms: number
}

/** One question asked of the network, and what came of it. */
export type Result = Outcome & {
  readonly target: Target
  readonly durationMs: number
  /** In order; a failed result ends with the phase it failed in. */
  readonly phases: readonly PhaseTiming[]
}

export const reached: Outcome = { outcome: 'reached' }

export type Failure = Extract<Outcome, { readonly outcome: 'failed' }>

export function failed(reason: Reason, detail: string): Failure {
  return { outcome: 'failed', reason, detail }
}
