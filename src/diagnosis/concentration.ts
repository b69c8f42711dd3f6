import { nowhere } from './atlas.ts'
import type { Belief } from './belief.ts'
import { type Candidate, modeOf } from './candidate.ts'
import { gainsOf } from './gains.ts'
import { sortOf } from './geometry.ts'
import { kinds } from './kinds.ts'
import { isShared } from './modes/mode.ts'
import { severities } from './responses.ts'
import type { Scene } from './scene.ts'
import { pairLimit, pairSuccessLlr, successLlr } from './score.ts'

/** What the evidence says in all, and by each node that it touches, in nats. */
export interface Voices {
  readonly all: number
  readonly byNode: ReadonlyMap<number, number>
}

/** Of the threshold, what has to be left without the loudest. */
export const stillAtLeast = 0.6
/** What is so much about one node is no matter of all. */
const mostOfOne = 0.6
/** Of the nodes, those without which a fault of what all of them ask has to be there too. */
const fewOfAll = 0.15
const hard = 0.7

/** Whether what looks faint and wide is a few pairs, a few nodes, or nodes that are accused already. */
export function isAboutLess(belief: Belief, candidate: Candidate, voices: Voices): boolean {
  if (isConcentrated(belief, candidate) || isAboutFewNodes(belief, candidate, voices)) return true
  return isAboutAccused(belief, candidate)
}

/**
 * What is faint and of many must be there without any one node as well; of two that lose alike, one may show more. What
 * all ask has to fail for more than a few of them.
 */
function isAboutFewNodes(belief: Belief, candidate: Candidate, { all, byNode }: Voices): boolean {
  const [mode, { zoneOf }] = [modeOf(candidate), belief.scene.geometry.atlas]
  const { suspect } = mode
  const loudest = [...byNode].sort(([, a], [, b]) => b - a)
  const [loudestNode = nowhere, most = 0] = loudest[0] ?? []
  const isOfZones = suspect === 'border' || suspect === 'direction' || suspect === 'zone'
  const beside = isOfZones ? zoneOf.filter((zone) => zone === zoneOf[loudestNode]).length : zoneOf.length
  if (beside < 2) return false
  if (beside > 2 && most > mostOfOne * all) return true
  const few = new Set(loudest.slice(0, isShared(mode) ? Math.ceil(fewOfAll * beside) : 1).map(([node]) => node))
  const ofSuccesses = 1 - (isOfZones || isShared(mode) ? few.size : 2) / beside
  const has = (failure: number) => !nodesOf(belief.scene, failure, isShared(mode)).some((node) => few.has(node))
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
    return !nodesOf(belief.scene, failure, false).some((node) => accused.has(node))
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

/**
 * Who asks, and whose address or pod is asked: what fails at one node only is a matter of that node, whoever asks. Of
 * something shared it is no matter where it runs.
 */
export function nodesOf({ failures, geometry }: Scene, i: number, ofShared: boolean): readonly number[] {
  const [source, target] = [failures.source[i] ?? 0, failures.target[i] ?? 0]
  const isPeer = kinds[failures.kind[i] ?? 0]?.place === 'peer'
  const host = ofShared ? nowhere : (geometry.atlas.targets[target]?.host ?? nowhere)
  const asked = isPeer ? target : host
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
