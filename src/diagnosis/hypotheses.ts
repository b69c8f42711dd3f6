import { type Belief, explain, rateOf } from './belief.ts'
import { buildCandidates, type Candidate, cellOf, modeOf } from './candidate.ts'
import { classCount, type Profile } from './failure-class.ts'
import { profiles, responseOf, severities } from './responses.ts'
import { profileAt } from './severity-table.ts'

/** How much the mode's own profile weighs against what was seen. */
const priorWeight = 12

/** What has been accepted in one window; each member of it is part of the belief. */
export interface Hypotheses {
  readonly belief: Belief
  readonly accepted: Candidate[]
  /** Nats of the weightiest that is in the belief. */
  weightiest(): number
  accept(candidate: Candidate): void
  /** Takes a candidate out of the belief. */
  retract(candidate: Candidate): void
  /** Looks at the belief as it would be without the candidate. */
  without<T>(candidate: Candidate, look: () => T): T
  has(id: number): boolean
}

interface Footprint {
  readonly failures: Int32Array
  readonly rates: Float64Array
  readonly shares: Float64Array
}

/** `known` is what the weightiest explanation says that is in the belief already. */
export function createHypotheses(belief: Belief, known: number): Hypotheses {
  const accepted: Candidate[] = []
  const footprints = new Map<number, Footprint>()

  function apply({ failures, rates, shares }: Footprint, sign: number): void {
    for (let at = 0; at < failures.length; at++) {
      const rate = rates[at] ?? 0
      if (rate > 0) explain(belief, failures[at] ?? 0, sign * rate, shares[at] ?? 0)
    }
  }

  function put(candidate: Candidate, sign: number): void {
    const footprint = footprints.get(candidate.id)
    if (footprint !== undefined) apply(footprint, sign)
  }

  return {
    belief,
    accepted,
    weightiest: () => Math.max(known, ...accepted.map(({ fineLlr }) => fineLlr)),

    accept(candidate) {
      // What was left out while searching, because something else explained it, it explains too.
      const [whole] = buildCandidates(belief.scene, [candidate.id])
      if (whole === undefined) return
      if (modeOf(candidate).suspect === 'target' || modeOf(candidate).suspect === 'cluster')
        candidate.profile = observedProfile(belief, candidate)
      footprints.set(candidate.id, footprintOf(whole, candidate))
      accepted.push(candidate)
      put(candidate, 1)
    },

    retract(candidate) {
      put(candidate, -1)
      footprints.delete(candidate.id)
      accepted.splice(accepted.indexOf(candidate), 1)
    },

    without(candidate, look) {
      put(candidate, -1)
      const seen = look()
      put(candidate, 1)
      return seen
    },

    has: (id) => footprints.has(id),
  }
}

function footprintOf(whole: Candidate, { mode, fineStep, profile }: Candidate): Footprint {
  const size = whole.failures.length
  const [rates, shares] = [new Float64Array(size), new Float64Array(size)]
  if (profile !== undefined) whole.profile = profile
  const ofCells = whole.cells.map((cell) => {
    const share = responseOf(mode, fineStep, cell.kind, cell.role) * cell.scale
    return { rate: share > 0 ? rateOf(share) : 0, share: profileAt(whole, cell.kind, cell.class) }
  })
  for (let at = 0; at < size; at++) {
    const of = ofCells[whole.cell[at] ?? 0]
    rates[at] = of?.rate ?? 0
    shares[at] = of?.share ?? 0
  }
  return { failures: whole.failures, rates, shares }
}

/** A dead replica answers either always or never with a refusal: what was seen says more than a prior of both. */
function observedProfile({ scene }: Belief, candidate: Candidate): Profile {
  const seen = Array.from({ length: classCount }, () => 0)
  let [sum, known] = [0, 0]
  const severe = severities[candidate.fineStep] ?? 1
  for (let at = 0; at < candidate.failures.length; at++) {
    const i = candidate.failures[at] ?? 0
    const { kind, role, scale } = cellOf(candidate, at)
    known = kind
    if (responseOf(candidate.mode, candidate.fineStep, kind, role) * scale <= 0.3 * severe) continue
    const [c, n] = [scene.failures.class[i] ?? 0, scene.failures.n[i] ?? 0]
    seen[c] = (seen[c] ?? 0) + n
    sum += n
  }
  const prior = profiles[candidate.mode]?.[known] ?? [0, 0, 0]
  const share = (c: number) => ((seen[c] ?? 0) + priorWeight * (prior[c] ?? 0)) / (sum + priorWeight)
  return [share(0), share(1), share(2)]
}
