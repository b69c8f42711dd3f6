import { type Belief, logFailure, rateOf } from './belief.ts'
import type { Candidate } from './candidate.ts'
import { modeOf } from './candidate.ts'
import { suspectsOf } from './geometry.ts'
import { kind, kindCount, kinds } from './kinds.ts'
import { coarse, ownEvidenceFrom, profiles, responseOf, severities } from './responses.ts'
import { role } from './roles.ts'
import { successWidth } from './successes.ts'

/** No pair of asker and asked says more than this, in nats: one bad path accuses nobody. */
export const pairLimit = 5
/** Chance of a false alarm per mode and window. */
const alpha = 1e-4
const thresholdAtLeast = 14

/** Scores a candidate with pairs clipped, at the coarse severity that suits it best; keeps and returns the score. */
export function score(belief: Belief, candidate: Candidate): number {
  let best = Number.NEGATIVE_INFINITY
  for (const step of coarse) {
    const llr = clippedLlr(belief, candidate, step)
    if (llr <= best) continue
    best = llr
    candidate.step = step
  }
  const many = suspectsOf(belief.scene.geometry, modeOf(candidate).suspect)
  candidate.llr = best
  candidate.threshold = Math.max(thresholdAtLeast, Math.log((Math.max(1, many) * coarse.length) / alpha))
  candidate.score = best - candidate.threshold
  return candidate.score
}

/** The log likelihood ratio of adding the candidate to the belief; what each pair adds is limited. */
export function clippedLlr(belief: Belief, candidate: Candidate, step: number): number {
  let sum = successLlr(candidate, step)
  for (let pair = 0; pair + 1 < candidate.pairs.length; pair++) {
    const limit = pairLimit - pairSuccessLlr(belief, candidate, step, pair)
    sum += Math.min(limit, pairGain(belief, candidate, step, pair))
  }
  return sum
}

/** Finds the best severity on the fine scale, unclipped, by climbing from the best coarse one. */
export function scoreFinely(belief: Belief, candidate: Candidate): number {
  let [best, at] = [Number.NEGATIVE_INFINITY, 0]
  const better = (step: number): boolean => {
    const llr = fullLlr(belief, candidate, step)
    if (llr <= best) return false
    best = llr
    at = step
    return true
  }
  for (const step of coarse) better(step)
  for (const stride of [2, 1]) {
    for (const way of [-stride, stride]) {
      while (at + way >= 0 && at + way < severities.length && better(at + way));
    }
  }
  candidate.fineStep = at
  candidate.fineLlr = best
  return best
}

function fullLlr(belief: Belief, candidate: Candidate, step: number): number {
  let sum = successLlr(candidate, step)
  for (let at = 0; at < candidate.failures.length; at++) sum += gain(belief, candidate, step, at)
  return sum
}

/** What the candidate's own successes speak against it: exact and independent of other hypotheses. */
export function successLlr({ successes, mode }: Candidate, step: number): number {
  let sum = 0
  for (let i = 0; i < successes.length; i += successWidth) {
    const [known, at, share, n] = [
      successes[i] ?? 0,
      successes[i + 1] ?? 0,
      successes[i + 2] ?? 0,
      successes[i + 3] ?? 0,
    ]
    if (isOthers(step, known, at, share)) continue
    const fails = responseOf(mode, step, known, at) * share
    if (fails > 0) sum += n * Math.log1p(-Math.min(0.999, fails))
  }
  return sum
}

function pairGain(belief: Belief, candidate: Candidate, step: number, pair: number): number {
  const end = candidate.pairs[pair + 1] ?? 0
  let sum = 0
  for (let at = candidate.pairs[pair] ?? 0; at < end; at++) sum += gain(belief, candidate, step, at)
  return sum
}

/** What the pair's own successes speak against it; part of `successLlr`. */
export function pairSuccessLlr({ scene }: Belief, candidate: Candidate, step: number, pair: number): number {
  const at = candidate.pairs[pair] ?? 0
  const first = candidate.failures[at] ?? 0
  const base = (scene.failures.pair[first] ?? 0) * kindCount
  const [touch, share] = [candidate.roles[at] ?? 0, candidate.scales[at] ?? 0]
  let sum = 0
  for (let known = 0; known < kindCount; known++) {
    const n = scene.pairOk[base + known] ?? 0
    if (n === 0 || isOthers(step, known, touch, share)) continue
    const fails = responseOf(candidate.mode, step, known, touch) * share
    if (fails > 0) sum += n * Math.log1p(-Math.min(0.995, fails))
  }
  return sum
}

/** How much better the `at`-th failure of the candidate is explained with it than without. */
export function gain(belief: Belief, candidate: Candidate, step: number, at: number): number {
  const i = candidate.failures[at] ?? 0
  const { failures } = belief.scene
  const [known, share, touch] = [failures.kind[i] ?? 0, candidate.scales[at] ?? 0, candidate.roles[at] ?? 0]
  if (isOthers(step, known, touch, share)) return 0
  const fails = responseOf(candidate.mode, step, known, touch) * share
  if (fails <= 0) return 0
  const rate = rateOf(fails)
  const shape = profileAt(candidate, known, failures.class[i] ?? 0)
  const log = logFailure((belief.rate[i] ?? 0) + rate, (belief.classRate[i] ?? 0) + rate * shape)
  return (failures.n[i] ?? 0) * (log - (belief.log[i] ?? 0))
}

export function profileAt(candidate: Candidate, known: number, c: number): number {
  return (candidate.profile ?? profiles[candidate.mode]?.[known])?.[c] ?? 0
}

/**
 * A faint mode may use its own evidence only: not that of pods which happen to run on the node, nor a share of what
 * is behind a Service. Else a thousand askers make an accusation of the noise.
 */
function isOthers(step: number, known: number, touch: number, share: number): boolean {
  if (step < ownEvidenceFrom) return false
  return share < 1 || (touch === role.hosts && kinds[known]?.place === 'replica') || known === kind.report
}
