import type { Belief } from './belief.ts'
import { type Candidate, modeOf } from './candidate.ts'
import { kind } from './kinds.ts'
import type { Scene } from './scene.ts'
import { byKind } from './slice.ts'

/** Nats that speak for a starved agent before anything was seen, and after it said so itself. */
const benefitOfDoubt = 6
const ownWord = 40
/** Nats that speak for what was said before: the name of a fault changes for a reason, not for a shade. */
const sameAsBefore = 5
/** The same for a direction that was seen while the node could still tell. */
const sameDirection = 10
/** Nats against a direction that nobody has seen: who says nothing may be cut off both ways, which is more usual. */
const unseenDirection = 1000
const lostShare = 0.2
const arrivedAtLeast = 3

/** What speaks for a mode of a suspect, beside others of the same, before the evidence does: in nats. */
export function beforehand({ scene }: Belief, candidate: Candidate): number {
  const { mode, suspect } = candidate
  const { fault } = modeOf(candidate)
  const before = scene.held.get(suspect) !== mode ? 0 : fault === 'pod_network_out' ? sameDirection : sameAsBefore
  if (fault === 'pod_network_out' && before === 0 && !isReached(scene, suspect)) return -unseenDirection
  // The one who asks is the first suspect: a starved agent loses what the network delivers.
  if (fault !== 'agent_slow') return before
  return before + (scene.starved.has(suspect) ? ownWord : benefitOfDoubt)
}

/** Whether in a round in which a node's datagrams got lost those to it arrived: rounds before it all began say nothing. */
function isReached({ slices, failures }: Scene, node: number): boolean {
  const lost = new Map<number, number>()
  for (let i = 0; i < failures.size; i++) {
    if (failures.kind[i] !== kind.oneWay || failures.source[i] !== node) continue
    const round = failures.round[i] ?? 0
    lost.set(round, (lost.get(round) ?? 0) + (failures.n[i] ?? 0))
  }
  const cell = byKind(node, kind.oneWay)
  return slices.some(({ round, counts }) => {
    const [bad, sent] = [lost.get(round) ?? 0, counts.from.values[cell] ?? 0]
    return bad >= lostShare * (bad + sent) && bad > 0 && (counts.to.values[cell] ?? 0) >= arrivedAtLeast
  })
}
