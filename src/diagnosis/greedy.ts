import { nowhere } from './atlas.ts'
import { beforehand } from './beforehand.ts'
import { type Alternative, type Candidate, cellOf, modeOf } from './candidate.ts'
import { placeOf } from './entity.ts'
import { isOfZones, suspectOf, zonesBetween } from './geometry.ts'
import type { Hypotheses } from './hypotheses.ts'
import { severities } from './responses.ts'
import { score, scoreFinely, scoreOwn } from './score.ts'
import { verdictOn } from './valid.ts'

/** Scores this near to the best are told as alternatives, in nats. */
const alternativeWithin = 6
const alternativesAtMost = 5
const nearlyAll = 0.9
const whole = 0.5
const overlayShare = 0.02
const overlayOfAtMost = 30_000

/** Accepts the best candidate again and again, each in the light of those before it. */
export function greedy(hypotheses: Hypotheses, candidates: readonly Candidate[], atMost: number): void {
  const { belief } = hypotheses
  for (const candidate of candidates) score(belief, candidate)
  const list = candidates.filter((candidate) => candidate.score > 0)
  const fresh = new Set(list)
  for (let accepted = 0; accepted < atMost; ) {
    const first = best(list, hypotheses)
    if (first === undefined) return
    // Explanations only grow, so an old score is an upper bound: only the best has to be looked at again.
    if (!fresh.has(first)) {
      score(belief, first)
      fresh.add(first)
      continue
    }
    const chosen = rival(hypotheses, first, list)
    const verdict =
      chosen.score > 0 &&
      !isOverlay(hypotheses, chosen) &&
      !isBeyondBorder(hypotheses, chosen) &&
      !isOfIsolated(hypotheses, chosen)
        ? verdictOn(belief, chosen)
        : 'no'
    if (verdict === 'no') {
      chosen.dropped = true
      continue
    }
    chosen.pending = verdict === 'not yet'
    chosen.alternatives = alternativesTo(chosen, list, hypotheses)
    hypotheses.accept(chosen)
    fresh.clear()
    accepted += 1
  }
}

function best(list: readonly Candidate[], hypotheses: Hypotheses): Candidate | undefined {
  let found: Candidate | undefined
  for (const candidate of list) {
    if (candidate.dropped || candidate.score <= 0 || hypotheses.has(candidate.id)) continue
    if (found === undefined || candidate.score > found.score) found = candidate
  }
  return found
}

/** The entity is chosen with clipped pairs; which of its modes it is, without: clipping hides the type. */
function rival({ belief, has }: Hypotheses, first: Candidate, list: readonly Candidate[]): Candidate {
  const { geometry } = belief.scene
  const place = placeOf(geometry, first.suspect)
  const rivals = list.filter(
    (other) =>
      !other.dropped &&
      !has(other.id) &&
      placeOf(geometry, other.suspect) === place &&
      other.score >= Math.min(0.25 * first.score, first.score - 1),
  )
  for (const other of rivals) scoreFinely(belief, other)
  // As many round trips fail when a fifth is lost both ways as when two fifths are one way. What is too faint for other
  // evidence than its own must not stand behind what is not.
  const isPartial = rivals.some(({ fineStep }) => (severities[fineStep] ?? 1) < whole)
  let [chosen, most] = [first, Number.NEGATIVE_INFINITY]
  for (const other of rivals) {
    const llr = (isPartial ? scoreOwn(belief, other) : other.fineLlr) + beforehand(belief, other)
    if (llr <= most) continue
    most = llr
    chosen = other
  }
  return chosen
}

/**
 * What is reached from some zones only, and nobody knows where it is, lies beyond the border that is broken. Where
 * hardly anybody reaches any API server, no border is to blame.
 */
function isBeyondBorder({ accepted, belief: { scene } }: Hypotheses, candidate: Candidate): boolean {
  const { index } = suspectOf(scene.geometry, candidate.suspect)
  const { host } = scene.geometry.atlas.targets[index] ?? {}
  const { fault } = modeOf(candidate)
  if (fault === 'apiserver_down' && (severities[candidate.fineStep] ?? 1) >= nearlyAll) return false
  if (fault !== 'apiserver_down' && (fault !== 'apiserver_endpoint' || host !== nowhere)) return false
  const broken = [...accepted.map((other) => other.suspect), ...scene.held.keys()]
  return broken.some((other) => isOfZones(scene.geometry, other))
}

/** A border of a zone that is cut off from all others is cut as well. */
function isOfIsolated({ accepted, belief: { scene } }: Hypotheses, candidate: Candidate): boolean {
  const { geometry } = scene
  const isolated = accepted
    .filter((other) => modeOf(other).suspect === 'zone')
    .map(({ suspect }) => suspect - geometry.base.zone)
  return isolated.some((zone) => zonesBetween(geometry, candidate.suspect).includes(zone))
}

/** Other modes of the same place are as near as they are unclipped, other places as near as they are clipped. */
function alternativesTo(chosen: Candidate, list: readonly Candidate[], { has, belief }: Hypotheses): Alternative[] {
  const { geometry } = belief.scene
  const place = placeOf(geometry, chosen.suspect)
  const behind = (other: Candidate) =>
    placeOf(geometry, other.suspect) === place ? chosen.fineLlr - other.fineLlr : chosen.score - other.score
  return list
    .filter((other) => other !== chosen && !other.dropped && !has(other.id) && other.score > 0)
    .map((candidate) => ({ candidate, deltaNats: Math.max(0, behind(candidate)) }))
    .filter(({ deltaNats }) => deltaNats < alternativeWithin)
    .sort((a, b) => a.deltaNats - b.deltaNats || a.candidate.id - b.candidate.id)
    .slice(0, alternativesAtMost)
}

/**
 * Mostly explained already: what it adds must be worth something beside what is accepted. Of what fails for many, such as
 * a request to any of a thousand pods, only its share is its own.
 */
function isOverlay({ belief, weightiest }: Hypotheses, candidate: Candidate): boolean {
  let [touched, all] = [0, 0]
  for (let at = 0; at < candidate.failures.length; at++) {
    const { scale } = cellOf(candidate, at)
    all += scale
    touched += scale * (belief.touched[candidate.failures[at] ?? 0] ?? 0)
  }
  if (touched <= 0.5 * all) return false
  return candidate.llr < candidate.threshold + overlayShare * Math.min(weightiest(), overlayOfAtMost)
}
