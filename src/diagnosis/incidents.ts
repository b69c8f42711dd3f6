import type { Fault } from '../model/fault.ts'
import { hash53 } from '../model/hash.ts'
import type { Accusation } from './accusation.ts'
import type { Activity } from './activity.ts'
import { type Incident, isBack, isBetterWord, isSettled, refine } from './incident.ts'

const closesAfter = { atLeast: 6, atMost: 7 } as const
const gapsToClose = 3
const sameWithin = 30
/** Nobody has asked it for so many rounds: nothing is known of it. */
const expiresAfter = 24
const absorbedAfter = 2
const hard = 0.5
/** Packets get lost by chance: what only windows longer than this see of it is told when it grows. */
const quick = 3
const rumoursKept = 8
const doubtful: readonly Fault[] = [
  // Whatever breaks a path breaks requests that are handed on over it, before its own name is clear.
  'service_stale',
  ...(['node_loss', 'pod_network_cut', 'pod_network_in', 'pod_network_out', 'agent_slow'] as const),
  ...(['zone_loss', 'zone_cut', 'zone_one_way', 'zone_isolated', 'fabric_loss'] as const),
]

export interface Incidents {
  /** All that is open or recovering. */
  current(): readonly Incident[]
  /** What has closed and is not forgotten yet. */
  ended(): readonly Incident[]
  /** Gives an incident the name that a second look at what it was found in has for it. */
  correct(incident: Incident, accusation: Accusation): void
  /** Takes in what this round's search says; tells all that is open or recovering, and what has just closed. */
  update(round: number, accused: readonly Accusation[], activity: (incident: Incident) => Activity): readonly Incident[]
}

export function createIncidents(): Incidents {
  const byPlace = new Map<string, Incident>()
  const rumours = new Map<string, { readonly round: number; readonly score: number }>()

  /** Whether it was said before, and there is more to say for it now: chance is forgotten, a fault goes on. */
  function grows(round: number, { place, fault, window, severity, score }: Accusation): boolean {
    if (!doubtful.includes(fault) || window <= quick || severity >= hard) return true
    const before = rumours.get(place)
    const isKnown = before !== undefined && round - before.round <= rumoursKept
    if (isKnown && before.round === round) return false
    rumours.set(place, { round, score: isKnown ? Math.max(before.score, score) : score })
    return isKnown && score > before.score
  }

  function open(round: number, accusation: Accusation): Incident | undefined {
    const { place, firstRound } = accusation
    const before = byPlace.get(place)
    if (before !== undefined && round - before.lastActive <= sameWithin)
      return isBack(before, round, accusation) ? reopened(before, round, accusation) : undefined
    // What is left of one hard fault while it ends is not another.
    if (accusation.fading && accusation.severity >= hard) return undefined
    if (!grows(round, accusation)) return undefined
    const incident: Incident = {
      id: `${accusation.fault}-${hash53(`${place}|${round}`).toString(36)}`,
      ...{
        place,
        accusation,
        since: round,
        firstEvidence: firstRound,
        state: 'open',
        lastActive: round,
        longestGap: 0,
      },
      ...{ transitions: 0, explainedFor: 0, closedAt: 0, bestScore: accusation.score },
    }
    byPlace.set(place, incident)
    return incident
  }

  return {
    current: () => [...byPlace.values()].filter(({ state }) => state !== 'closed'),
    ended: () => [...byPlace.values()].filter(({ state }) => state === 'closed'),

    correct: refine,

    update(round, accused, activity) {
      const touched = new Set<Incident>()
      for (const accusation of accused) {
        const incident = open(round, accusation)
        if (incident !== undefined) touched.add(incident)
      }
      for (const incident of byPlace.values()) {
        if (incident.state === 'closed') continue
        const seen = activity(incident)
        if (seen === 'gone' || (seen === 'unknown' && round - incident.lastActive > expiresAfter))
          close(incident, round)
        else if (touched.has(incident) ? seen !== 'clean' : seen === 'active') keepOpen(incident, round)
        else if (seen === 'explained') absorb(incident, round)
        else if (seen === 'clean') recover(incident, round)
      }
      for (const [place, { state, lastActive }] of byPlace)
        if (state === 'closed' && round - lastActive > sameWithin) byPlace.delete(place)
      for (const [place, rumour] of rumours) if (round - rumour.round > rumoursKept) rumours.delete(place)
      return [...byPlace.values()].filter(({ state, closedAt }) => state !== 'closed' || closedAt === round)
    },
  }
}

/** What comes back after it had closed may be something else at the same place: it has the name of now at once. */
function reopened(incident: Incident, round: number, accusation: Accusation): Incident {
  const wasClosed = incident.state === 'closed'
  if (wasClosed) {
    incident.state = 'open'
    incident.transitions += 1
    incident.lastActive = round
  }
  if (isBetterWord(incident, accusation) && (wasClosed || isSettled(incident, round, accusation)))
    refine(incident, accusation)
  return incident
}

function keepOpen(incident: Incident, round: number): void {
  if (incident.state === 'recovering') {
    incident.transitions += 1
    incident.longestGap = Math.max(incident.longestGap, round - incident.lastActive)
  }
  incident.state = 'open'
  incident.lastActive = round
  incident.explainedFor = 0
}

function recover(incident: Incident, round: number): void {
  incident.state = 'recovering'
  const wanted = Math.max(closesAfter.atLeast, Math.min(closesAfter.atMost, gapsToClose * incident.longestGap))
  if (round - incident.lastActive >= wanted) close(incident, round)
}

/** A wider fault explains it now: it was a part of that. */
function absorb(incident: Incident, round: number): void {
  incident.explainedFor += 1
  if (incident.explainedFor >= absorbedAfter) close(incident, round)
}

function close(incident: Incident, round: number): void {
  incident.state = 'closed'
  incident.closedAt = round
}
