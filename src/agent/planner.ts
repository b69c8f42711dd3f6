import type { Peer, Surroundings, View } from '../model/peer.ts'
import { type Chosen, choosePeers, epochRounds, type Rings, ringsOf } from '../model/peer-choice.ts'
import type { Probe, Self } from '../model/probe.ts'
import { type Pace, slotsIn } from '../model/schedule.ts'
import { nothingKnown } from '../model/surroundings.ts'
import { type Plan, planFor } from './plan.ts'
import type { Roster } from './roster.ts'

export interface PlannerParts {
  readonly self: Self
  readonly probes: readonly Probe[]
  readonly pace: Pace
  readonly roster: Roster
}

export interface Planner {
  plan(): Plan
  view(): View
  follow(surroundings: Surroundings): void
  /** What peers said of themselves changed something: the next round begins with a new plan. */
  learned(): void
  /** True when this round's plan is a new one. */
  roundBegins(round: number): boolean
}

/** Keeps the plan in step with what discovery knows, what peers say and which epoch it is. */
export function createPlanner({ self, probes, pace, roster }: PlannerParts): Planner {
  let discovered = nothingKnown
  let live = ringsOf(discovered.view, self.cluster)
  let frozen: Rings | undefined
  let epoch = -1
  let stale = false
  let plan = replan()

  function replan(): Plan {
    const surroundings = roster.complete(discovered)
    if (!samePeers(surroundings.view.peers, live.view.peers)) live = ringsOf(surroundings.view, self.cluster)
    // Who joins in the middle of an epoch knows no earlier view: a frozen one of nobody would leave us without peers.
    if (frozen === undefined || frozen.view.peers.length === 0) frozen = live
    const chosen: Chosen = choosePeers(live, frozen, self.cluster, self.node, epoch)
    stale = false
    const scene = { self, surroundings, chosen, epoch, roundSeconds: pace.roundMs / 1000 }
    return planFor(probes, scene, slotsIn(pace))
  }

  return {
    plan: () => plan,
    view: () => live.view,
    follow(surroundings) {
      discovered = surroundings
      plan = replan()
    },
    learned: () => {
      stale = true
    },
    roundBegins(round) {
      const next = Math.floor(round / epochRounds)
      if (next === epoch && !stale) return false
      if (next !== epoch) frozen = live
      epoch = next
      plan = replan()
      return true
    },
  }
}

function samePeers(a: readonly Peer[], b: readonly Peer[]): boolean {
  return a.length === b.length && a.every((peer, i) => peer === b[i])
}
