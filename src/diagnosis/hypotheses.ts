import { type Belief, explain, explainShare, rateOf } from './belief.ts'
import { buildCandidates, type Candidate, cellOf, modeOf } from './candidate.ts'
import { classCount, type Profile } from './failure-class.ts'
import { profiles, responseOf, severities } from './responses.ts'
import { isShareOfService } from './roles.ts'
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

/** What a hypothesis says of its failures: how many of such probes it fails, and which of those are of that class. */
interface Footprint {
  readonly failures: Int32Array
  readonly shares: Float64Array
  readonly shapes: Float64Array
  /** Whether it is one of several of which a probe meets one. */
  readonly isShare: Uint8Array
}

/** `known` is what the weightiest explanation says that is in the belief already. */
export function createHypotheses(belief: Belief, known: number): Hypotheses {
  const accepted: Candidate[] = []
  const footprints = new Map<number, Footprint>()

  function apply({ failures, shares, shapes, isShare }: Footprint, sign: number): void {
    for (let at = 0; at < failures.length; at++) {
      const [index, share, shape] = [failures[at] ?? 0, shares[at] ?? 0, shapes[at] ?? 0]
      if (share <= 0) continue
      if (isShare[at] === 1) explainShare(belief, index, sign * share, shape)
      else explain(belief, index, sign * rateOf(share), shape)
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
  const [shares, shapes, isShare] = [new Float64Array(size), new Float64Array(size), new Uint8Array(size)]
  if (profile !== undefined) whole.profile = profile
  const ofCells = whole.cells.map((cell) => ({
    share: responseOf(mode, fineStep, cell.kind, cell.role) * cell.scale,
    shape: profileAt(whole, cell.kind, cell.class),
    isShare: isShareOfService(cell.role) ? 1 : 0,
  }))
  for (let at = 0; at < size; at++) {
    const of = ofCells[whole.cell[at] ?? 0]
    shares[at] = of?.share ?? 0
    shapes[at] = of?.shape ?? 0
    isShare[at] = of?.isShare ?? 0
  }
  return { failures: whole.failures, shares, shapes, isShare }
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
