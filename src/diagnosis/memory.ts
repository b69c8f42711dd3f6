import { roundsKept } from '../model/round.ts'
import { newSlice, type Slice } from './slice.ts'

/** The last rounds, each with what has arrived of it so far. */
export interface Memory {
  /** The slice of a round; undefined when it is too long ago. */
  slice(round: number): Slice | undefined
  /** Slices of the `rounds` rounds up to `last`, oldest first. */
  window(last: number, rounds: number): readonly Slice[]
}

/** How far ahead of the latest round that was judged an agent's clock may be. */
const aheadAtMost = 2

export function createMemory(): Memory {
  const slices = new Map<number, Slice>()
  let latest = Number.NEGATIVE_INFINITY

  return {
    slice(round) {
      const known = slices.get(round)
      if (known !== undefined) return known
      if (round <= latest - roundsKept) return undefined
      const made = newSlice(round)
      slices.set(round, made)
      return made
    },

    window(last, rounds) {
      latest = Math.max(latest, last)
      for (const round of slices.keys())
        if (round <= latest - roundsKept || round > latest + aheadAtMost) slices.delete(round)
      return [...slices.values()]
        .filter(({ round }) => round > last - rounds && round <= last)
        .sort((a, b) => a.round - b.round)
    },
  }
}
