import type { Accusation } from './accusation.ts'
import { type Belief, newBelief } from './belief.ts'
import { buildCandidates, type Candidate, idOf } from './candidate.ts'
import { suspectAfter } from './geometry.ts'
import type { Hypotheses } from './hypotheses.ts'
import { kinds } from './kinds.ts'
import { isRotating, pairOkOf } from './pair-ok.ts'
import { severities } from './responses.ts'
import type { Scene } from './scene.ts'
import { clippedLlr } from './score.ts'
import { suspectsOf } from './unexplained.ts'

/**
 * Whether what was accused still goes on: alone, by the newest rounds; whether something else explains it now; and
 * whether it has left the cluster.
 */
export type Activity = 'active' | 'clean' | 'unknown' | 'explained' | 'gone'

/** Clearly more than noise, in nats; and clearly against what was accused: 1 in 3,000 by chance. */
const activeFrom = 3
const overFrom = 8
const nearlyAll = 0.98
const whole = 0.5

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
      if (charge.is === 'cell') return [accusation, activityOfCell(accusation, charge, explained)]
      if (charge.is !== 'mode' || candidate === undefined) return [accusation, 'unknown']
      if (candidate.failures.length === 0 && candidate.successes.length === 0) return [accusation, 'unknown']
      if (most(alone, candidate, charge.steps) < activeFrom) return [accusation, 'clean']
      return [accusation, isExplained(explained, candidate, charge.steps) ? 'explained' : 'active']
    }),
  )
}

/**
 * What the newest round alone says is over: all the attempts on what was accused worked out, more than a fault that goes
 * on would let by chance. Longer windows would still see what ended within them.
 */
export function overIn(accusations: readonly Accusation[], recent: Scene, newest: Scene): ReadonlySet<Accusation> {
  const now = new Map(
    accusations.flatMap((accusation) => {
      const { charge } = accusation
      if (charge.is !== 'mode') return []
      return [[accusation, idOf(charge.mode, suspectAfter(charge.geometry, newest.geometry, charge.suspect))]]
    }),
  )
  const candidates = new Map(buildCandidates(newest, new Set(now.values())).map((found) => [found.id, found]))
  const alone = newBelief(newest)
  return new Set(
    accusations.filter((accusation) => {
      const { charge } = accusation
      if (charge.is === 'cell') return isCellOver(charge, accusation.severity, recent, newest)
      const candidate = candidates.get(now.get(accusation) ?? -1)
      if (charge.is !== 'mode' || candidate === undefined) return false
      return clippedLlr(alone, candidate, charge.steps.at(-1) ?? 0) <= -overFrom
    }),
  )
}

/** A cell that failed until now, and whose asker, which asks it in every round, has no failure to tell of. */
function isCellOver({ source, target, kinds: of }: CellCharge, severity: number, recent: Scene, newest: Scene) {
  const failsIn = ({ failures }: Scene) =>
    failures.source.findIndex(
      (asker, i) => asker === source && failures.target[i] === target && of.includes(failures.kind[i] ?? 0),
    )
  const before = failsIn(recent)
  if (before < 0 || failsIn(newest) >= 0 || newest.slices[0]?.arrived.has(source) !== true) return false
  const attempts = of.reduce((sum, known) => sum + (kinds[known]?.place === 'peer' ? kinds[known].perRound : 0), 0)
  return !isRotating(recent, before) && attempts * Math.log1p(-Math.min(severity, nearlyAll)) <= -overFrom
}

type CellCharge = Extract<Accusation['charge'], { is: 'cell' }>

function isExplained(explained: Hypotheses, candidate: Candidate, steps: readonly number[]): boolean {
  if (explained.has(candidate.id) || explained.accepted.length === 0) return false
  const sameSuspect = explained.accepted.some(({ suspect }) => suspect === candidate.suspect)
  return !sameSuspect && most(explained.belief, candidate, steps) < 0
}

/** By the severities it was accused of: with others it would be another accusation. */
function most(belief: Belief, candidate: Candidate, steps: readonly number[]): number {
  return Math.max(...steps.map((step) => clippedLlr(belief, candidate, step)))
}

/**
 * A cell goes on as long as a fair part of what it was accused of fails, for a lost packet now and then is none; and as
 * long as nothing wider that is broken would fail it too.
 */
function activityOfCell({ severity }: Accusation, charge: CellCharge, { belief, accepted }: Hypotheses): Activity {
  const { scene } = belief
  const { failures, geometry } = scene
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
  if (bad === 0 || bad < 0.5 * severity * (bad + ok)) return 'clean'
  const isShared = charge.kinds.some((known) => kinds[known]?.place !== 'peer')
  const wider = suspectsOf(geometry, { source: charge.source, target: charge.target, shared: isShared })
  const isOfWider = accepted.some(
    ({ suspect, pending, fineStep }) => !pending && (severities[fineStep] ?? 0) >= whole && wider.includes(suspect),
  )
  return isOfWider ? 'explained' : 'active'
}
