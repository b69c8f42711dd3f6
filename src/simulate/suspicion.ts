import type { Random } from './random.ts'

/** How agents judge themselves: a score that rises by one for every sign and falls by one in a clean round. */
export interface Suspicion {
  judge(node: number, starved: number, mostPlanesFail: boolean): number
}

const worst = 8
/** A sign of starvation shows in most rounds of it, not in all. */
const signs = [0.95, 0.7, 0.6]

export function createSuspicion(random: Random): Suspicion {
  const scores = new Map<number, number>()
  return {
    judge(node, starved, mostPlanesFail) {
      const own = starved === 0 ? 0 : signs.filter((share) => random.chance(share)).length
      const found = own + (mostPlanesFail ? 1 : 0)
      const before = scores.get(node) ?? 0
      if (found === 0 && before === 0) return 0
      const score = Math.min(worst, Math.max(0, found === 0 ? before - 1 : before + found))
      scores.set(node, score)
      return score
    },
  }
}
