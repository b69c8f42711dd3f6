import type { Accusation } from './accusation.ts'

const flapsFrom = 3
const young = 3
/** What the newest rounds alone say, a partition for one, has nothing of before in it. */
const quick = 3
/** Long windows are searched every four rounds. */
const stirsWithin = 4

/** A fault over time. It keeps its id for as long as it lives, also when it is refined or comes back. */
export interface Incident {
  readonly id: string
  readonly place: string
  readonly since: number
  firstEvidence: number
  accusation: Accusation
  state: 'open' | 'recovering' | 'closed'
  /** The last round that spoke for it. */
  lastActive: number
  longestGap: number
  transitions: number
  explainedFor: number
  closedAt: number
  /** What was said of it once that would give it another name. */
  otherwise?: { readonly accusation: Accusation; readonly round: number } | undefined
  /** When something failed again on a path that had closed. */
  stirred?: number
  /** How sure we ever were. */
  bestScore: number
}

/**
 * Whether it is there again, if it had closed. A long window still has all that was lost before: of the first failure
 * after that it would make the same again, be it of something wider that has just begun. It takes a second word.
 */
export function isBack(incident: Incident, round: number, { window }: Accusation): boolean {
  if (incident.state !== 'closed' || window <= quick) return true
  const { stirred } = incident
  incident.stirred = round
  return stirred !== undefined && stirred < round && round - stirred <= stirsWithin
}

/**
 * A cell that fails beside a fault of its node is no better name for it; nor is what is left of it while it ends, or what
 * a long window makes of a fault that was whole and is over: a faint one.
 */
export function isBetterWord({ accusation: { charge, window, severity } }: Incident, accusation: Accusation): boolean {
  if (accusation.charge.is === 'cell' && charge.is === 'mode') return false
  if (accusation.fading && accusation.severity < severity) return false
  return accusation.window <= window || accusation.severity >= severity
}

export function isSettled(incident: Incident, round: number, accusation: Accusation): boolean {
  return saysTheSame(accusation, incident.accusation) || isConfirmed(incident, round, accusation)
}

export function refine(incident: Incident, accusation: Accusation): void {
  incident.otherwise = undefined
  incident.accusation = accusation
  incident.bestScore = Math.max(incident.bestScore, accusation.score)
  incident.firstEvidence = Math.min(incident.firstEvidence, accusation.firstRound)
}

/** A young finding is refined at once. Later it takes a second word, and what is left of it while it ends is none. */
function isConfirmed(incident: Incident, round: number, accusation: Accusation): boolean {
  const { otherwise, since } = incident
  if (accusation.fading) return false
  if (round - since <= young) return true
  if (otherwise !== undefined && round > otherwise.round && saysTheSame(otherwise.accusation, accusation)) return true
  incident.otherwise = { accusation, round }
  return false
}

function saysTheSame(a: Accusation, b: Accusation): boolean {
  return a.fault === b.fault && a.entity.name === b.entity.name
}

export function isFlapping({ transitions }: Incident): boolean {
  return transitions >= flapsFrom
}
