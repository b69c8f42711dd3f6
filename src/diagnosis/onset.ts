import { gather } from './alike.ts'
import type { Belief } from './belief.ts'
import type { Candidate } from './candidate.ts'
import { gainsAt, wholeGain } from './gains.ts'
import { successLlrOf } from './severity-table.ts'
import { successesOf } from './successes.ts'

/** A longer window holds rounds from before it began, and what worked then is no evidence of what it is. */
const roundsAtMost = 2
/** So much better, in nats, the newest round has to be explained: 1 in 150 by chance. */
const clearly = 5

/**
 * The step of the severity that the newest round speaks for, in a short window, when that is clearly more than the whole
 * window says: what began within the window took only a part of its first round. Undefined otherwise.
 */
export function risenStep(belief: Belief, candidate: Candidate): number | undefined {
  return belief.scene.rounds > roundsAtMost ? undefined : newestStep(belief, candidate)
}

/** The same in a window of any length. */
export function newestStep(belief: Belief, candidate: Candidate): number | undefined {
  const { scene } = belief
  const newest = scene.slices.at(-1)
  if (newest === undefined) return undefined
  const successes = successesOf(scene.geometry, newest.counts, candidate.suspect)
  const { all, add } = gather(belief)
  for (const [at, failure] of candidate.failures.entries())
    if (scene.failures.round[failure] === newest.round) add(candidate.cell[at] ?? 0, failure)
  const llrAt = (step: number) =>
    wholeGain(all, gainsAt(all, candidate, step)) + successLlrOf(successes, candidate.mode, step)
  let [best, most]: [number | undefined, number] = [undefined, llrAt(candidate.fineStep) + clearly]
  for (let step = 0; step < candidate.fineStep; step++) {
    const llr = llrAt(step)
    if (llr <= most) continue
    most = llr
    best = step
  }
  return best
}
