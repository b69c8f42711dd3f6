import type { Confidence } from '../model/finding.ts'
import { byScore, type Step } from './calibration.ts'
import type { Incident } from './incident.ts'

const high = 0.95
const medium = 0.8

/**
 * How sure: of findings with as much evidence that were told of simulated clusters, so many were true; but never surer
 * than other places allow that it could be as well.
 */
export function confidenceOf(incident: Incident): Confidence {
  const share = Math.min(shareAt(byScore, incident.bestScore), marginOf(incident))
  if (share >= high) return 'high'
  return share >= medium ? 'medium' : 'low'
}

/** The certainty that is left beside other places, 0…1: each is as likely as it is near, exp(-nats). */
function marginOf({ accusation: { entity, alternatives } }: Incident): number {
  const others = alternatives.filter((other) => other.entity.name !== entity.name)
  return 1 / (1 + others.reduce((sum, { deltaNats }) => sum + Math.exp(-deltaNats), 0))
}

function shareAt(steps: readonly Step[], value: number): number {
  return steps.findLast(([from]) => value >= from)?.[1] ?? 0
}
