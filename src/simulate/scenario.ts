import type { Fault } from '../model/fault.ts'
import type { Cluster } from './cluster.ts'
import type { Life } from './life.ts'
import type { Random } from './random.ts'
import type { Weather } from './weather.ts'

/** Something to break in a simulated cluster, and what a diagnosis should then say. */
export interface Scenario {
  readonly name: string
  /** What breaks, in one line. */
  readonly doc: string
  /** Chooses where; the same random numbers give the same places. */
  plan(scene: Scene): Plan
  /** For a cluster of a special shape: how many nodes each zone has. */
  sizes?(nodes: number, zones: number): readonly number[]
}

export interface Scene {
  readonly cluster: Cluster
  readonly random: Random
  /** Nodes that nothing shared runs on: faults there have one cause and one effect. */
  readonly plainNodes: readonly number[]
  /** Whom an agent probes round after round. */
  stablePeersOf(node: number): readonly number[]
}

export interface Plan {
  /** Rounds before anything happens; enough for a baseline. */
  readonly quiet?: number
  /** Rounds in which something happens. */
  readonly during?: number
  readonly happenings: readonly Happening[]
  /** Nodes that are not there from the beginning, with the round in which they join. */
  readonly joining?: ReadonlyMap<number, number>
  /** Nodes on which no agent runs. */
  readonly podless?: readonly number[]
  /** Nodes whose agent is of an older version, which knows fewer checks. */
  readonly older?: ReadonlySet<number>
  /** Whether every address is there in both families. */
  readonly isDual?: boolean
  /** Where the two aggregators run; anywhere when absent. */
  readonly aggregators?: readonly [number, number]
  /** Rounds in which no aggregator runs; what they miss comes later. */
  readonly isUnread?: (round: number) => boolean
}

/** One cause. Rounds count from the first in which something happens. */
export interface Happening {
  readonly from?: number
  /** The first round in which it is over; the end of the run's eventful part when absent. */
  readonly to?: number
  /** Only in some of the rounds between. */
  readonly isOn?: (round: number) => boolean
  /** Breaks things while it is on. */
  readonly breaks?: (weather: Weather, round: number) => void
  /** At the beginning of each of its rounds: restarts, drained nodes. */
  readonly lives?: (life: Life, happens: { readonly round: number; readonly since: number }) => void
  readonly cordons?: readonly number[]
  /** None for what is no fault and may not be called one. */
  readonly truth?: Truth
}

/** What is really broken. */
export interface Truth {
  readonly fault: Fault
  /** As findings name it. */
  readonly entity: string
  /** Takes a part only. */
  readonly gray: boolean
  /** Whether it has to be found; what is true and of no interest may be. */
  readonly required: boolean
  /** What else may be said of the same cause without being wrong. */
  readonly alsoAccepted: readonly Accepted[]
}

export interface Accepted {
  readonly fault: Fault
  readonly entity: string
}

export function truth(
  fault: Fault,
  entity: string,
  more: Partial<Pick<Truth, 'gray' | 'required' | 'alsoAccepted'>> = {},
): Truth {
  return { fault, entity, gray: false, required: true, alsoAccepted: [], ...more }
}

/** Whether a cause is at work, `at` rounds into the eventful part of a run. */
export function isHappening({ from = 0, to, isOn }: Happening, at: number, during: number): boolean {
  return at >= from && at < (to ?? during) && (isOn?.(at) ?? true)
}
