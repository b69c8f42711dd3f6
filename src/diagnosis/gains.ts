import { type Alike, gainOf, gather } from './alike.ts'
import type { Belief } from './belief.ts'
import type { Candidate } from './candidate.ts'
import { profileAt, tableOf } from './severity-table.ts'

/** A candidate's failures, gathered by cell and by what explains them already. */
export interface Explained {
  readonly all: readonly Alike[]
  /** By failure of the candidate, with which it is alike. */
  readonly of: Int32Array
}

export function explainedOf(belief: Belief, { failures, cell }: Candidate): Explained {
  const { all, add } = gather(belief)
  const of = new Int32Array(failures.length)
  for (let at = 0; at < of.length; at++) of[at] = add(cell[at] ?? 0, failures[at] ?? 0).index
  return { all, of }
}

/** By index of the alike: how much better each of them is explained with the candidate than without, in nats. */
export function gainsAt(all: readonly Alike[], candidate: Candidate, step: number): Float64Array {
  const { rates } = tableOf(candidate, step)
  const gains = new Float64Array(all.length)
  for (let at = 0; at < all.length; at++) {
    const each = all[at]
    const cell = each && candidate.cells[each.key]
    if (each === undefined || cell === undefined) continue
    gains[at] = gainOf(each, rates[each.key] ?? 0, profileAt(candidate, cell.kind, cell.class))
  }
  return gains
}

/** What all of them gain, pairs unclipped. */
export function wholeGain(all: readonly Alike[], gains: Float64Array): number {
  return all.reduce((sum, { n }, at) => sum + n * (gains[at] ?? 0), 0)
}

/** By failure of the candidate: how much better all that happened of it is explained with the candidate than without. */
export function gainsOf(belief: Belief, candidate: Candidate, step: number): Float64Array {
  const { all, of } = explainedOf(belief, candidate)
  const gains = gainsAt(all, candidate, step)
  const { n } = belief.scene.failures
  return Float64Array.from(of, (index, at) => (n[candidate.failures[at] ?? 0] ?? 0) * (gains[index] ?? 0))
}
