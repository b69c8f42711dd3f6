import type { Result } from '../model/result.ts'

/** Results held back at most: a few rounds' worth. */
const heldAtMost = 2000

export interface Warmup {
  /** True while nothing counts yet. */
  warming(): boolean
  hold(result: Result): void
  /** Ends the warm-up after the first good round, or at `end`; gives what was held back and now counts. */
  roundEnds(): readonly Result[]
  /** The time is over: from the next round on everything counts, good or bad. */
  end(): void
}

/**
 * An agent that starts sees failures of its own start: an address not yet routed, a policy not yet applied. Nothing
 * counts until one round went well, or the warm-up's time is over.
 */
export function createWarmup(onDropped: (count: number) => void): Warmup {
  let warming = true
  let over = false
  let held: Result[] = []
  return {
    warming: () => warming,
    hold: (result) => {
      if (held.length < heldAtMost) held.push(result)
    },
    roundEnds() {
      if (!warming) return []
      const round = held
      held = []
      const good = isGood(round)
      warming = !good && !over
      if (good) return round
      onDropped(round.length)
      return []
    },
    end: () => {
      over = true
    },
  }
}

function isGood(round: readonly Result[]): boolean {
  const reached = round.filter(({ outcome }) => outcome === 'reached').length
  return reached > 0 && reached >= round.length / 2
}
