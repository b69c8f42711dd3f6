import { nowhere } from './atlas.ts'
import type { Belief } from './belief.ts'
import { type Candidate, modeOf } from './candidate.ts'
import { gainsOf } from './gains.ts'
import { sortOf } from './geometry.ts'
import { kinds } from './kinds.ts'
import { severities } from './responses.ts'
import type { Scene } from './scene.ts'
import { pairLimit, pairSuccessLlr, successLlr } from './score.ts'

/** The node that most of the evidence touches, as the asker or as the one whose address was asked; and its share. */
export interface Loudest {
  readonly loudestNode: number
  readonly mostOfOneNode: number
}

/** Of the threshold, what has to be left without the loudest. */
export const stillAtLeast = 0.6
/** What is so much about one node is no matter of all. */
const mostOfOne = 0.6
const hard = 0.7

/** Whether what looks faint and wide is a few pairs, one node, or nodes that are accused already. */
export function isAboutLess(belief: Belief, candidate: Candidate, seen: Loudest): boolean {
  if (isConcentrated(belief, candidate) || isAboutOneNode(belief, candidate, seen)) return true
  return isAboutAccused(belief, candidate)
}

/** What is faint and of many must be there without any one node as well; of two that lose alike, one may show more. */
function isAboutOneNode(belief: Belief, candidate: Candidate, seen: Loudest): boolean {
  const [{ suspect }, { zoneOf }] = [modeOf(candidate), belief.scene.geometry.atlas]
  const isOfZones = suspect === 'border' || suspect === 'direction' || suspect === 'zone'
  const beside = isOfZones ? zoneOf.filter((zone) => zone === zoneOf[seen.loudestNode]).length : zoneOf.length
  if (beside < 2) return false
  if (beside > 2 && seen.mostOfOneNode > mostOfOne) return true
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
  const mayLead = accused.size / Math.max(1, geometry.atlas.zoneOf.length)
  const ofSuccesses = Math.max(0, 1 - 2 * mayLead)
  // Of the Service itself more may fail than leads to them.
  const isMore = modeOf(candidate).suspect === 'target' && (severities[candidate.fineStep] ?? 1) > 2 * mayLead
  const has = (failure: number) => {
    // A Service, or who hands on, may have led to one of them.
    const known = kinds[belief.scene.failures.kind[failure] ?? 0]
    if (!isMore && (known?.place === 'service' || known?.handsOn === true)) return false
    return !nodesOf(belief.scene, failure).some((node) => accused.has(node))
  }
  return partialLlr(belief, candidate, { ofSuccesses, ofPairs: 1, has }) < stillAtLeast * candidate.threshold
}

interface Part {
  /** Of the successes, how many are of this part; of those of each pair that fails, likewise. */
  readonly ofSuccesses: number
  readonly ofPairs: number
  readonly has: (failure: number) => boolean
}

/** The log likelihood ratio by a part of the evidence alone, pairs limited. */
export function partialLlr(belief: Belief, candidate: Candidate, { ofSuccesses, ofPairs, has }: Part): number {
  const { step, pairs } = candidate
  const gains = gainsOf(belief, candidate, step)
  let sum = successLlr(candidate, step) * ofSuccesses
  for (let pair = 0; pair + 1 < pairs.length; pair++) {
    let nats = 0
    for (let at = pairs[pair] ?? 0; at < (pairs[pair + 1] ?? 0); at++)
      if (has(candidate.failures[at] ?? 0)) nats += gains[at] ?? 0
    sum += Math.min(pairLimit - pairSuccessLlr(belief, candidate, step, pair) * ofPairs, nats)
  }
  return sum
}

/** Who asks, and whose address or pod is asked: what fails at one node only is a matter of that node, whoever asks. */
export function nodesOf({ failures, geometry }: Scene, i: number): readonly number[] {
  const [source, target] = [failures.source[i] ?? 0, failures.target[i] ?? 0]
  const isPeer = kinds[failures.kind[i] ?? 0]?.place === 'peer'
  const asked = isPeer ? target : (geometry.atlas.targets[target]?.host ?? nowhere)
  return asked === source || asked === nowhere ? [source] : [source, asked]
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
