import type { Belief } from './belief.ts'
import { mayBeOfBrokenBorder } from './broken-border.ts'
import { type Candidate, cellOf, modeOf } from './candidate.ts'
import { isAboutLess, nodesOf, partialLlr, stillAtLeast, type Voices } from './concentration.ts'
import { contrastHolds } from './contrast.ts'
import { gainsOf } from './gains.ts'
import { failsFromEveryZone, itselfFails, membersHold } from './members.ts'
import { isShared } from './modes/mode.ts'
import { newestStep, risenStep } from './onset.ts'
import { severities } from './responses.ts'
import { role } from './roles.ts'
import type { Scene } from './scene.ts'
import { pairLimit, pairSuccessLlr } from './score.ts'

export type Verdict = 'no' | 'not yet' | 'yes'

interface Witnesses extends Voices {
  /** Pairs that speak for it, and how much the loudest says. */
  readonly pairs: number
  readonly loudest: number
  /** Of them, those that the suspect node asked itself. */
  readonly own: number
  /** Of the pairs, those in which others asked the suspect node. */
  readonly asked: number
  /** Nats by round of the window. */
  readonly byRound: Float64Array
}

const hard = 0.7
/** With enough askers everything is significant: below this share it is no fault worth a name. */
const faintest = 0.02
/** Of the severity, what a target has to show where it is asked itself; and what, so that it explains and is not told. */
const itselfAtLeast = 0.5
const itselfSoon = 0.25
/** Effective rounds that it takes. */
const patience = { quick: 1.6, careful: 2.5, slow: 4 } as const

/**
 * Whether the evidence is of the kind that accuses: from several sides, over several rounds, and in one piece. Notes on
 * the candidate what the newest round speaks for.
 */
export function verdictOn(belief: Belief, candidate: Candidate): Verdict {
  const { scene } = belief
  const mode = modeOf(candidate)
  const severity = severities[candidate.fineStep] ?? 1
  const seen = witnesses(belief, candidate)
  const isHeld = scene.held.get(candidate.suspect) === candidate.mode
  const isTooFaint = severity < (mode.faintest ?? faintest)
  if (isTooFaint) return isEnding(candidate, isHeld) || isRising(belief, candidate) ? 'not yet' : 'no'
  if (!membersHold(belief, mode, candidate.suspect, severity)) return 'no'
  if (!contrastHolds(belief, candidate)) return 'no'
  if (seen.pairs < 3 || candidate.llr - seen.loudest < stillAtLeast * candidate.threshold) return 'no'
  if (mode.suspect !== 'node' && severity < 0.5 && isAboutLess(belief, candidate, seen)) return 'no'
  // Answers that come too late look like a faint loss on the way.
  const isSlow = mode.fault === 'agent_slow'
  const starves = scene.starved.has(candidate.suspect)
  if (mode.suspect === 'node' && severity < 0.5 && !isSlow && starves) return 'no'
  // It explains what it may, and is not told.
  if (severity < hard && !isSlow && mode.suspect !== 'target' && mayBeOfBrokenBorder(belief, candidate))
    return 'not yet'
  if (isSlow && !starves && (severity < 0.3 || seen.asked < 3)) return 'not yet'
  // What was seen while the node could say so holds when only others tell of its NodePort.
  if (mode.fault === 'kube_proxy' && !isHeld && seen.own < (mode.ownAtLeast ?? 2)) return 'no'
  if (mode.suspect === 'target' && !itselfFails(scene, candidate.suspect, itselfAtLeast * severity))
    return itselfFails(scene, candidate.suspect, itselfSoon * severity) ? 'not yet' : 'no'
  if (isShared(mode) && !failsFromEveryZone(belief, candidate)) return 'no'
  candidate.risenStep = risenStep(belief, candidate)
  const severityNow = severities[candidate.risenStep ?? candidate.fineStep] ?? 1
  if (effectiveRounds(seen.byRound) < roundsWanted(scene, candidate, severityNow)) return 'not yet'
  return withoutLoudestRound(belief, candidate, seen.byRound) < 0.4 * candidate.threshold ? 'not yet' : 'yes'
}

/** What breaks everywhere and has ended within the window is faint there: it is still no matter of any one node. */
function isEnding(candidate: Candidate, isHeld: boolean): boolean {
  return isHeld && modeOf(candidate).suspect === 'cluster'
}

/** Whether it is faint only because it began within the window. */
function isRising(belief: Belief, candidate: Candidate): boolean {
  const newest = newestStep(belief, candidate)
  return newest !== undefined && (severities[newest] ?? 1) >= (modeOf(candidate).faintest ?? faintest)
}

function witnesses(belief: Belief, candidate: Candidate): Witnesses {
  const { scene } = belief
  const [{ step }, mode] = [candidate, modeOf(candidate)]
  const gains = gainsOf(belief, candidate, step)
  const byRound = new Float64Array(scene.last - scene.first + 1)
  let [pairs, loudest, own, asked, all] = [0, 0, 0, 0, 0]
  const byNode = new Map<number, number>()
  for (let pair = 0; pair + 1 < candidate.pairs.length; pair++) {
    let sum = 0
    for (let at = candidate.pairs[pair] ?? 0; at < (candidate.pairs[pair + 1] ?? 0); at++) {
      const nats = gains[at] ?? 0
      const round = (scene.failures.round[candidate.failures[at] ?? 0] ?? 0) - scene.first
      if (nats > 0) byRound[round] = (byRound[round] ?? 0) + nats
      sum += nats
    }
    const net = Math.min(pairLimit, sum + pairSuccessLlr(belief, candidate, step, pair))
    if (net <= 0.5) continue
    pairs += 1
    loudest = Math.max(loudest, net)
    const failure = candidate.failures[candidate.pairs[pair] ?? 0] ?? 0
    for (const node of nodesOf(scene, failure, isShared(mode))) byNode.set(node, (byNode.get(node) ?? 0) + net)
    all += net
    const touches = cellOf(candidate, candidate.pairs[pair] ?? 0).role
    if (touches === role.from) own += 1
    if (touches === role.to) asked += 1
  }
  return { pairs, loudest, own, asked, all, byNode, byRound }
}

function effectiveRounds(byRound: Float64Array): number {
  let [sum, squares] = [0, 0]
  for (const nats of byRound) {
    sum += nats
    squares += nats * nats
  }
  return squares > 0 ? (sum * sum) / squares : 0
}

function roundsWanted({ rounds, steady }: Scene, candidate: Candidate, severity: number): number {
  const mode = modeOf(candidate)
  if (mode.patience === 'slow' && rounds <= 3) return Number.POSITIVE_INFINITY
  // A pod that restarts unannounced looks cut off for two rounds; one that is watched and unchanged does not restart.
  const known = mode.patience === 'careful' && mode.restarts && steady(candidate.suspect)
  const needed = known ? patience.quick : patience[mode.patience]
  const wanted = severity < (mode.hardFrom ?? hard) ? Math.max(patience.careful, needed) : needed
  if (rounds <= 3) return wanted
  return Math.max(wanted, rounds >= 16 ? 6 : 3.6)
}

/** A burst of one round is no fault. */
function withoutLoudestRound(belief: Belief, candidate: Candidate, byRound: Float64Array): number {
  const { first, rounds, failures } = belief.scene
  const loudest = first + byRound.indexOf(Math.max(...byRound))
  const share = (rounds - 1) / rounds
  const has = (failure: number) => failures.round[failure] !== loudest
  return partialLlr(belief, candidate, { ofSuccesses: share, ofPairs: share, has })
}
