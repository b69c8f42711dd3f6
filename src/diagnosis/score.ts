import type { Belief } from './belief.ts'
import { type Candidate, modeOf } from './candidate.ts'
import { explainedOf, gainsAt, wholeGain } from './gains.ts'
import { suspectsOf } from './geometry.ts'
import { coarse, severities } from './responses.ts'
import { isOthers, pairSuccesses, successLlrOf, tableOf } from './severity-table.ts'
import { type Successes, successWidth } from './successes.ts'

/** No pair of asker and asked says more than this, in nats: one bad path accuses nobody. */
export const pairLimit = 5
/** Chance of a false alarm per mode and window. */
const alpha = 1e-4
const thresholdAtLeast = 14

/** Scores a candidate with pairs clipped, at the coarse severity that suits it best; keeps and returns the score. */
export function score(belief: Belief, candidate: Candidate): number {
  const { all, of } = explainedOf(belief, candidate)
  let best = Number.NEGATIVE_INFINITY
  for (const step of coarse) {
    const gains = gainsAt(all, candidate, step)
    // Clipped it is no more than that.
    if (wholeGain(all, gains) + successLlr(candidate, step) <= best) continue
    const llr = clipped(belief, candidate, step, { of, gains })
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
  const { all, of } = explainedOf(belief, candidate)
  return clipped(belief, candidate, step, { of, gains: gainsAt(all, candidate, step) })
}

interface Gains {
  readonly of: Int32Array
  readonly gains: Float64Array
}

function clipped({ scene }: Belief, candidate: Candidate, step: number, { of, gains }: Gains): number {
  const { pairs, failures } = candidate
  const { n } = scene.failures
  const successes = pairSuccesses(scene, candidate, step)
  let sum = successLlr(candidate, step)
  for (let pair = 0; pair < successes.length; pair++) {
    const end = pairs[pair + 1] ?? 0
    let nats = 0
    for (let at = pairs[pair] ?? 0; at < end; at++) nats += (n[failures[at] ?? 0] ?? 0) * (gains[of[at] ?? 0] ?? 0)
    sum += Math.min(pairLimit - (successes[pair] ?? 0), nats)
  }
  return sum
}

/** Finds the best severity on the fine scale, unclipped, by climbing from the best coarse one. */
export function scoreFinely(belief: Belief, candidate: Candidate): number {
  const { all } = explainedOf(belief, candidate)
  return climb(candidate, (step) => wholeGain(all, gainsAt(all, candidate, step)) + successLlr(candidate, step))
}

/** The same by its own evidence alone, so that none has more to tell than one that is too faint for any other. */
export function scoreOwn(belief: Belief, candidate: Candidate): number {
  const own = explainedOf(belief, candidate).all.filter(({ key }) => !isOthers(candidate.cells[key] ?? nothing))
  const successes = ownOf(candidate.successes)
  return climb(
    candidate,
    (step) => wholeGain(own, gainsAt(own, candidate, step)) + successLlrOf(successes, candidate.mode, step),
  )
}

const nothing = { kind: 0, role: 0, scale: 0 }

function ownOf(successes: Successes): Successes {
  const own: number[] = []
  for (let i = 0; i < successes.length; i += successWidth) {
    const [kind = 0, role = 0, scale = 0, n = 0] = successes.slice(i, i + successWidth)
    if (!isOthers({ kind, role, scale })) own.push(kind, role, scale, n)
  }
  return own
}

function climb(candidate: Candidate, llrAt: (step: number) => number): number {
  let [best, at] = [Number.NEGATIVE_INFINITY, 0]
  const better = (step: number): boolean => {
    const llr = llrAt(step)
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

/** What the candidate's own successes speak against it: exact and independent of other hypotheses. */
export function successLlr(candidate: Candidate, step: number): number {
  return tableOf(candidate, step).successLlr
}

/** What the pair's own successes speak against it; part of `successLlr`. */
export function pairSuccessLlr({ scene }: Belief, candidate: Candidate, step: number, pair: number): number {
  return pairSuccesses(scene, candidate, step)[pair] ?? 0
}
