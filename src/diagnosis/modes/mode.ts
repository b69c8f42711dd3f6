import type { Fault } from '../../model/fault.ts'
import type { Profile } from '../failure-class.ts'

/** What a mode can be about. `direction` is an ordered pair of zones, `border` an unordered one. */
export type Suspect = 'node' | 'direction' | 'border' | 'zone' | 'target' | 'cluster'

/** Kinds of probe of which the second reaches what the first reaches, another way. */
export interface Contrast {
  readonly fails: number
  readonly passes: number
}

/** One way in which one kind of suspect breaks: which probes fail, how often, and what the failures look like. */
export interface Mode {
  readonly fault: Fault
  /** Its name when only a share is lost. */
  readonly gray?: Fault
  readonly suspect: Suspect
  /** P(a probe fails | this alone is broken, with this severity). Shares of what is behind a Service are not its matter. */
  readonly fails: (kind: number, role: number, severity: number) => number
  readonly profile: (kind: number) => Profile
  /** `quick`: two rounds are enough. `careful`: a restart looks the same for two. `slow`: for more. */
  readonly patience: 'quick' | 'careful' | 'slow'
  /** Whether it cannot be told from a restart of the agent's pod but by watching that pod. */
  readonly restarts?: true
  /** From this severity on `patience` is enough; below it takes three rounds at least. 0.7 when absent. */
  readonly hardFrom?: number
  /** Fainter than this it is something else. */
  readonly faintest?: number
  /** How many Services it must fail from the node itself. */
  readonly ownAtLeast?: number
  /** The kind of probe in which it must show at most nodes. */
  readonly everywhere?: number
  /** What has to pass, far more often than what fails. */
  readonly contrast?: Contrast
  /** Kinds whose every member must fail: several faults are not one of the whole. */
  readonly members?: readonly number[]
  /** Names of the checks that say which shared target it can be about; absent: any. */
  readonly only?: readonly string[]
}

/** Whether it is about what everybody asks: a pod, a Service, or all of their kind. */
export function isShared({ suspect, members }: Mode): boolean {
  return suspect === 'target' || (suspect === 'cluster' && members !== undefined)
}

export const silent: () => Profile = () => [0.97, 0.015, 0.015]
export const dead: () => Profile = () => [0.49, 0.49, 0.02]
export const anyhow: () => Profile = () => [0.4, 0.3, 0.3]

/** A round may be read another way than over the pod network, or later: that it arrived acquits nobody. */
export const readAnyway = 0.5
