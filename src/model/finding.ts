import type { Check, CitedPart, otherEvidence } from './check.ts'
import type { EntityKind, Fault } from './fault.ts'

/** What the diagnosis says: which component is at fault, since when, and why it thinks so. Prints as JSON. */
export interface Finding {
  /** The same for as long as the finding lives, however it is refined. */
  readonly id: string
  readonly fault: Fault
  readonly state: 'open' | 'recovering' | 'closed'
  readonly entity: Entity
  /** 1 is all; of a gray fault, the share of packets or requests that it takes. */
  readonly severity: number
  readonly confidence: Confidence
  /** When it was first accepted, and when the first probe failed for it: ISO 8601, UTC. */
  readonly since: string
  readonly firstEvidence: string
  readonly flapping: boolean
  /** One line in the cluster's own names: who, what fails, what still works. */
  readonly text: string
  /** What fails. */
  readonly evidence: readonly Evidence[]
  /** What still works, and so rules the neighbours of this fault out. */
  readonly contrast: readonly Contrast[]
  /** What else it could be, with how much less likely in natural-log units. */
  readonly alternatives: readonly Alternative[]
  readonly nextStep: string
  /** Path of the page that says more. */
  readonly runbook: string
}

export type Confidence = 'high' | 'medium' | 'low'

/**
 * `name` is what the cluster calls it: the node; `namespace/pod`; `namespace/service`; `kubernetes` for the API server;
 * `cluster` for the whole; zones by name; `a>b` for one direction, `a|b` for both.
 */
export interface Entity {
  readonly kind: EntityKind
  readonly name: string
  /** Which of the endpoints of an API server it is. */
  readonly endpoint?: string
}

export interface Evidence {
  readonly check: Check | keyof typeof otherEvidence
  readonly variant?: CitedPart
  /** Which side of the probes: `to` it, `from` it, `through` it, or `at` it. */
  readonly role: 'to' | 'from' | 'through' | 'at'
  readonly ok: number
  readonly failed: number
}

export interface Contrast {
  readonly check: Check | keyof typeof otherEvidence
  readonly variant?: CitedPart
  readonly ok: number
  readonly total: number
}

export interface Alternative {
  readonly fault: Fault
  readonly entity: Entity
  readonly deltaNats: number
}
