import type { Accusation } from './accusation.ts'
import { type Belief, newBelief } from './belief.ts'
import { buildCandidates, type Candidate, idOf } from './candidate.ts'
import { suspectAfter } from './geometry.ts'
import type { Hypotheses } from './hypotheses.ts'
import { pairOkOf } from './pair-ok.ts'
import type { Scene } from './scene.ts'
import { clippedLlr } from './score.ts'

/**
 * Whether what was accused still goes on: alone, by the newest rounds; whether something else explains it now; and
 * whether it has left the cluster.
 */
export type Activity = 'active' | 'clean' | 'unknown' | 'explained' | 'gone'

/** Clearly more than noise, in nats. */
const activeFrom = 3

/** Looks at all accusations again in one pass. Cheap: nothing is searched. */
export function activitiesOf(
  accusations: readonly Accusation[],
  scene: Scene,
  explained: Hypotheses,
): ReadonlyMap<Accusation, Activity> {
  const idOfCharge = ({ charge }: Accusation) =>
    charge.is === 'mode' ? idOf(charge.mode, suspectAfter(charge.geometry, scene.geometry, charge.suspect)) : undefined
  const ids = accusations.map(idOfCharge).filter((id) => id !== undefined)
  const candidates = new Map(buildCandidates(scene, new Set(ids)).map((candidate) => [candidate.id, candidate]))
  const alone = newBelief(scene)
  return new Map(
    accusations.map((accusation) => {
      const { charge } = accusation
      const candidate = candidates.get(idOfCharge(accusation) ?? -1)
      if (charge.is !== 'mode' || candidate === undefined) return [accusation, activityOfCell(accusation, scene)]
      if (candidate.failures.length === 0 && candidate.successes.length === 0) return [accusation, 'unknown']
      if (most(alone, candidate, charge.steps) < activeFrom) return [accusation, 'clean']
      return [accusation, isExplained(explained, candidate, charge.steps) ? 'explained' : 'active']
    }),
  )
}

function isExplained(explained: Hypotheses, candidate: Candidate, steps: readonly number[]): boolean {
  if (explained.has(candidate.id) || explained.accepted.length === 0) return false
  const sameSuspect = explained.accepted.some(({ suspect }) => suspect === candidate.suspect)
  return !sameSuspect && most(explained.belief, candidate, steps) < 0
}

/** By the severities it was accused of: with others it would be another accusation. */
function most(belief: Belief, candidate: Candidate, steps: readonly number[]): number {
  return Math.max(...steps.map((step) => clippedLlr(belief, candidate, step)))
}

/** A cell goes on as long as a fair part of what it was accused of fails: a lost packet now and then is none. */
function activityOfCell({ charge, severity }: Accusation, scene: Scene): Activity {
  if (charge.is !== 'cell') return 'unknown'
  const { failures } = scene
  const [failed, pairs] = [new Map<number, number>(), new Map<number, number>()]
  for (let i = 0; i < failures.size; i++) {
    const known = failures.kind[i] ?? 0
    if (failures.source[i] !== charge.source || failures.target[i] !== charge.target) continue
    if (!charge.kinds.includes(known)) continue
    failed.set(known, (failed.get(known) ?? 0) + (failures.n[i] ?? 0))
    pairs.set(known, failures.pair[i] ?? 0)
  }
  let [bad, ok] = [0, 0]
  for (const [known, n] of failed) {
    bad += n
    ok += pairOkOf(scene, pairs.get(known) ?? 0, known)
  }
  return bad > 0 && bad >= 0.5 * severity * (bad + ok) ? 'active' : 'clean'
}
