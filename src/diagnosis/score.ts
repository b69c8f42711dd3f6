import type { Belief } from './belief.ts'
import type { Candidate } from './candidate.ts'
import { modeOf } from './candidate.ts'
import { suspectsOf } from './geometry.ts'
import { coarse, severities } from './responses.ts'
import { gainOf, pairSuccesses, tableOf } from './severity-table.ts'

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
  candidate.llr = best
  candidate.threshold = thresholdOf(belief, candidate.mode)
  candidate.score = best - candidate.threshold
  return candidate.score
}

/** What a hypothesis of this mode has to be worth, in nats. */
export function thresholdOf({ scene }: Belief, mode: number): number {
  const many = suspectsOf(scene.geometry, modeOf({ mode }).suspect)
  return Math.max(thresholdAtLeast, Math.log((Math.max(1, many) * coarse.length) / alpha))
}

/** The log likelihood ratio of adding the candidate to the belief; what each pair adds is limited. */
export function clippedLlr(belief: Belief, candidate: Candidate, step: number): number {
  const { pairs } = candidate
  const table = tableOf(candidate, step)
  const successes = pairSuccesses(belief.scene, candidate, step)
  let sum = table.successLlr
  for (let pair = 0; pair < successes.length; pair++) {
    const end = pairs[pair + 1] ?? 0
    let nats = 0
    for (let at = pairs[pair] ?? 0; at < end; at++) nats += gainOf(table, belief, candidate, at)
    sum += Math.min(pairLimit - (successes[pair] ?? 0), nats)
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
  const table = tableOf(candidate, step)
  let sum = table.successLlr
  for (let at = 0; at < candidate.failures.length; at++) sum += gainOf(table, belief, candidate, at)
  return sum
}

/** What the candidate's own successes speak against it: exact and independent of other hypotheses. */
export function successLlr(candidate: Candidate, step: number): number {
  return tableOf(candidate, step).successLlr
}

/** What the pair's own successes speak against it; part of `successLlr`. */
export function pairSuccessLlr({ scene }: Belief, candidate: Candidate, step: number, pair: number): number {
  return pairSuccesses(scene, candidate, step)[pair] ?? 0
}

/** How much better the `at`-th failure of the candidate is explained with it than without. */
export function gain(belief: Belief, candidate: Candidate, step: number, at: number): number {
  return gainOf(tableOf(candidate, step), belief, candidate, at)
}
