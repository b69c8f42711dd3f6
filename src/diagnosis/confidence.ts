import type { Confidence } from '../model/finding.ts'
import type { Incident } from './incidents.ts'

const high = { share: 0.9, score: 15 } as const
const medium = { share: 0.6, score: 5 } as const

/** How sure: against what else it could be, and by how far the evidence is above the threshold. */
export function confidenceOf({ accusation, bestScore }: Incident): Confidence {
  const others = accusation.alternatives.filter(({ entity }) => entity.name !== accusation.entity.name)
  const share = 1 / (1 + others.reduce((sum, { deltaNats }) => sum + Math.exp(-deltaNats), 0))
  if (share >= high.share && bestScore >= high.score) return 'high'
  return share >= medium.share && bestScore >= medium.score ? 'medium' : 'low'
}
