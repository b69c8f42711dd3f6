import { nowhere } from './atlas.ts'
import type { Belief } from './belief.ts'
import { type Candidate, cellOf, modeOf } from './candidate.ts'
import { sortOf } from './geometry.ts'
import { kinds } from './kinds.ts'
import { failsFromEveryZone, itselfFails, membersHold, smallOnesPass } from './members.ts'
import { severities } from './responses.ts'
import { role } from './roles.ts'
import type { Scene } from './scene.ts'
import { gain, pairLimit, pairSuccessLlr, successLlr } from './score.ts'

export type Verdict = 'no' | 'not yet' | 'yes'

interface Witnesses {
  /** Pairs that speak for it, and how much the loudest says. */
  readonly pairs: number
  readonly loudest: number
  /** Of them, those that the suspect node asked itself. */
  readonly own: number
  /** Of the pairs, those in which others asked the suspect node. */
  readonly asked: number
  /** The node that most of the evidence touches, as the asker or as the one whose address was asked; and its share. */
  readonly loudestNode: number
  readonly mostOfOneNode: number
  /** Nats by round of the window. */
  readonly byRound: Float64Array
}

const hard = 0.7
/** With enough askers everything is significant: below this share it is no fault worth a name. */
const faintest = 0.02
/** What is so much about one node is no matter of all. */
const mostOfOne = 0.6
/** Of the threshold, what has to be left without the loudest. */
const stillAtLeast = 0.6
/** Effective rounds that it takes. */
const patience = { quick: 1.6, careful: 2.5, slow: 4 } as const

/** Whether the evidence is of the kind that accuses: from several sides, over several rounds, and in one piece. */
export function verdictOn(belief: Belief, candidate: Candidate): Verdict {
  const { scene } = belief
  const mode = modeOf(candidate)
  const severity = severities[candidate.fineStep] ?? 1
  const seen = witnesses(belief, candidate)
  if (severity < (mode.faintest ?? faintest)) return 'no'
  if (!membersHold(belief, mode, candidate.suspect, severity)) return 'no'
  if (mode.fault === 'mtu' && !smallOnesPass(belief, candidate)) return 'no'
  if (seen.pairs < 3 || candidate.llr - seen.loudest < stillAtLeast * candidate.threshold) return 'no'
  if (mode.suspect !== 'node' && severity < 0.5 && isConcentrated(belief, candidate)) return 'no'
  if (mode.suspect !== 'node' && severity < 0.5 && isAboutOneNode(belief, candidate, seen)) return 'no'
  if (mode.suspect !== 'node' && severity < 0.5 && isAboutAccused(belief, candidate)) return 'no'
  // Answers that come too late look like a faint loss on the way.
  const isSlow = mode.fault === 'agent_slow'
  const starves = scene.starved.has(candidate.suspect)
  if (mode.suspect === 'node' && severity < 0.5 && !isSlow && starves) return 'no'
  // It explains what it may, and is not told.
  if (isSlow && !starves && (severity < 0.3 || seen.asked < 3)) return 'not yet'
  // What was seen while the node could say so holds when only others tell of its NodePort.
  const isHeld = scene.held.get(candidate.suspect) === candidate.mode
  if (mode.fault === 'kube_proxy' && !isHeld && seen.own < (mode.ownAtLeast ?? 2)) return 'no'
  if (mode.suspect === 'target' && !itselfFails(scene, candidate.suspect, severity)) return 'no'
  if (mode.suspect === 'target' && !failsFromEveryZone(belief, candidate)) return 'no'
  if (effectiveRounds(seen.byRound) < roundsWanted(scene, candidate, severity)) return 'not yet'
  return withoutLoudestRound(belief, candidate, seen.byRound) < 0.4 * candidate.threshold ? 'not yet' : 'yes'
}

function witnesses(belief: Belief, candidate: Candidate): Witnesses {
  const { scene } = belief
  const { step } = candidate
  const byRound = new Float64Array(scene.last - scene.first + 1)
  let [pairs, loudest, own, asked] = [0, 0, 0, 0]
  let all = 0
  const byNode = new Map<number, number>()
  for (let pair = 0; pair + 1 < candidate.pairs.length; pair++) {
    let sum = 0
    for (let at = candidate.pairs[pair] ?? 0; at < (candidate.pairs[pair + 1] ?? 0); at++) {
      const nats = gain(belief, candidate, step, at)
      const round = (scene.failures.round[candidate.failures[at] ?? 0] ?? 0) - scene.first
      if (nats > 0) byRound[round] = (byRound[round] ?? 0) + nats
      sum += nats
    }
    const net = Math.min(pairLimit, sum + pairSuccessLlr(belief, candidate, step, pair))
    if (net <= 0.5) continue
    pairs += 1
    loudest = Math.max(loudest, net)
    const failure = candidate.failures[candidate.pairs[pair] ?? 0] ?? 0
    for (const node of nodesOf(scene, failure)) byNode.set(node, (byNode.get(node) ?? 0) + net)
    all += net
    const touches = cellOf(candidate, candidate.pairs[pair] ?? 0).role
    if (touches === role.from) own += 1
    if (touches === role.to) asked += 1
  }
  const [loudestNode, most] = [...byNode].reduce((a, b) => (b[1] > a[1] ? b : a), [nowhere, 0])
  return { pairs, loudest, own, asked, loudestNode, mostOfOneNode: most / Math.max(1e-9, all), byRound }
}

/** What is faint and of many must be there without any one node as well, where there are others beside it. */
function isAboutOneNode(belief: Belief, candidate: Candidate, seen: Witnesses): boolean {
  const { suspect } = modeOf(candidate)
  const { zoneOf } = belief.scene.geometry.atlas
  const isOfZones = suspect === 'border' || suspect === 'direction' || suspect === 'zone'
  const beside = isOfZones ? zoneOf.filter((zone) => zone === zoneOf[seen.loudestNode]).length : zoneOf.length
  if (beside < 3) return false
  if (seen.mostOfOneNode > mostOfOne) return true
  if (suspect === 'target') return false
  const ofSuccesses = 1 - (isOfZones ? 1 : 2) / beside
  const has = (failure: number) => !nodesOf(belief.scene, failure).includes(seen.loudestNode)
  return partialLlr(belief, candidate, { ofSuccesses, ofPairs: 1, has }) < stillAtLeast * candidate.threshold
}

/** Many nodes that are accused already, while they break or heal, look like a faint fault of all their zones. */
function isAboutAccused(belief: Belief, candidate: Candidate): boolean {
  const { geometry, held } = belief.scene
  const accused = new Set([...held.keys()].filter((suspect) => sortOf(geometry, suspect) === 'node'))
  if (accused.size === 0) return false
  const ofSuccesses = Math.max(0, 1 - (2 * accused.size) / Math.max(1, geometry.atlas.zoneOf.length))
  const has = (failure: number) => !nodesOf(belief.scene, failure).some((node) => accused.has(node))
  return partialLlr(belief, candidate, { ofSuccesses, ofPairs: 1, has }) < stillAtLeast * candidate.threshold
}

interface Part {
  /** Of the successes, how many are of this part; of those of each pair that fails, likewise. */
  readonly ofSuccesses: number
  readonly ofPairs: number
  readonly has: (failure: number) => boolean
}

/** The log likelihood ratio by a part of the evidence alone, pairs limited. */
function partialLlr(belief: Belief, candidate: Candidate, { ofSuccesses, ofPairs, has }: Part): number {
  const { step } = candidate
  let sum = successLlr(candidate, step) * ofSuccesses
  for (let pair = 0; pair + 1 < candidate.pairs.length; pair++) {
    let nats = 0
    for (let at = candidate.pairs[pair] ?? 0; at < (candidate.pairs[pair + 1] ?? 0); at++) {
      if (has(candidate.failures[at] ?? 0)) nats += gain(belief, candidate, step, at)
    }
    sum += Math.min(pairLimit - pairSuccessLlr(belief, candidate, step, pair) * ofPairs, nats)
  }
  return sum
}

/** Who asks, and whose address or pod is asked: what fails at one node only is a matter of that node, whoever asks. */
function nodesOf({ failures, geometry }: Scene, i: number): readonly number[] {
  const [source, target] = [failures.source[i] ?? 0, failures.target[i] ?? 0]
  const isPeer = kinds[failures.kind[i] ?? 0]?.place === 'peer'
  const asked = isPeer ? target : (geometry.atlas.targets[target]?.host ?? nowhere)
  return asked === source || asked === nowhere ? [source] : [source, asked]
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
  const wanted = severity < hard ? Math.max(patience.careful, needed) : needed
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

/** Whether most failures sit in pairs that fail nearly always: then it is several hard faults, not one gray one. */
function isConcentrated({ scene, touched, rate }: Belief, { failures, pairs }: Candidate): boolean {
  let [inBad, all] = [0, 0]
  for (let pair = 0; pair + 1 < pairs.length; pair++) {
    let [failed, ok] = [0, 0]
    for (let at = pairs[pair] ?? 0; at < (pairs[pair + 1] ?? 0); at++) {
      const i = failures[at] ?? 0
      if (touched[i] === 0 || (rate[i] ?? 0) < 0.7) failed += scene.failures.n[i] ?? 0
    }
    const of = scene.failures.pair[failures[pairs[pair] ?? 0] ?? 0] ?? 0
    for (let i = scene.pairOk.from[of] ?? 0; i < (scene.pairOk.from[of + 1] ?? 0); i++) ok += scene.pairOk.n[i] ?? 0
    all += failed
    if (failed >= 4 && failed >= hard * (failed + ok)) inBad += failed
  }
  return all > 0 && inBad > 0.4 * all
}
