import type { Fault } from '../model/fault.ts'
import { type Belief, explainedFrom } from './belief.ts'
import { buildCandidates, type Candidate, idOf, modeOf, partsOf } from './candidate.ts'
import { bordersOf, type Geometry, loneZones, sortOf, suspectOf } from './geometry.ts'
import { greedy } from './greedy.ts'
import { createHypotheses, type Hypotheses } from './hypotheses.ts'
import { kindCount } from './kinds.ts'
import { modes, modesOf } from './modes/list.ts'
import type { Suspect } from './modes/mode.ts'
import { agentSlow } from './modes/node.ts'
import { absorbIntoHosts, giveWayToBorders } from './rather.ts'
import { canFail, severities } from './responses.ts'
import { score } from './score.ts'
import { byKind } from './slice.ts'
import { worthTrying } from './worth.ts'

const wideAtLeast = 5
const fineAtLeast = 4
const fineAtMost = 3000
/** More than a Service with one dead endpoint of a few loses. */
const mostOfStale = 0.4
const handsOn: readonly Fault[] = ['ingress_replica', 'ingress_address', 'ingress_down']

/**
 * Agents that say themselves that they starve come first, for who asks or is asked by them fails. Then coarse to fine:
 * zones and services, for their faults look like many of nodes; then nodes; then zones and services again on what is
 * left, and with them zones of a single node, for a fault of such a zone looks like one of its node. At the end
 * everything that the others make needless is taken back.
 */
export function search(belief: Belief, known: number): Hypotheses {
  const hypotheses = createHypotheses(belief, known)
  const slow = [...belief.scene.starved].map((node) => idOf(modes.indexOf(agentSlow), node))
  accuse(hypotheses, slow, slow.length)
  const wide = suspicious(belief, (is) => is !== 'node').filter(([, n]) => n >= wideAtLeast)
  const wideIds = wide.map(([id]) => id)
  const lone = zonesOfOneNode(belief.scene.geometry)
  const first = wideIds.filter((id) => !lone.has(partsOf(id).suspect))
  accuse(hypotheses, first, 12)
  absorbIntoHosts(hypotheses)
  const fine = suspicious(belief, (is) => is === 'node')
    .filter(([id, n]) => n >= fineAtLeast && n > expectedNoise(belief, id))
    .sort(([, a], [, b]) => b - a)
    .slice(0, fineAtMost)
  const open = (limit: number) => (failure: number) => (belief.rate[failure] ?? 0) < limit
  const fineIds = fine.map(([id]) => id)
  accuse(hypotheses, fineIds, 60, open(1.5))
  giveWayToBorders(hypotheses)
  const rest = wideIds.filter((id) => !hypotheses.has(id))
  if (hypotheses.accepted.length > 0 || rest.length > first.length) accuse(hypotheses, rest, 4, open(1))
  eliminate(hypotheses)
  for (const candidate of [...hypotheses.accepted])
    if (isOfStaleService(hypotheses, candidate)) hypotheses.retract(candidate)
  return hypotheses
}

function accuse(hypotheses: Hypotheses, ids: readonly number[], atMost: number, wanted?: (failure: number) => boolean) {
  const { belief } = hypotheses
  const worthy = worthTrying(belief, ids, wanted)
  if (worthy.length > 0) greedy(hypotheses, buildCandidates(belief.scene, worthy, wanted), atMost)
}

/** Every suspect that is a zone of one node, or lies between it and another; of two zones the other is cut off alike. */
function zonesOfOneNode(geometry: Geometry): ReadonlySet<number> {
  const { base, atlas } = geometry
  const lone = loneZones(geometry)
  const alike = lone.length > 0 && atlas.zones.length === 2 ? [...atlas.zones.keys()] : lone
  return new Set([...alike.map((zone) => base.zone + zone), ...lone.flatMap((zone) => bordersOf(geometry, zone))])
}

/** Modes with unexplained failures, and how many. */
function suspicious(belief: Belief, wanted: (is: Suspect) => boolean): (readonly [id: number, failures: number])[] {
  const { geometry, failures, covers } = belief.scene
  const weights = new Float64Array(geometry.suspects * modes.length)
  for (let i = 0; i < failures.size; i++) {
    if ((belief.rate[i] ?? 0) > explainedFrom) continue
    const known = failures.kind[i] ?? 0
    const n = failures.n[i] ?? 0
    const end = covers.from[i + 1] ?? 0
    for (let entry = covers.from[i] ?? 0; entry < end; entry++) {
      const suspect = covers.suspect[entry] ?? 0
      const touch = covers.touch[entry] ?? 0
      const is = sortOf(geometry, suspect)
      if (!wanted(is)) continue
      const role = covers.roles[touch] ?? 0
      const weight = n * (covers.scales[touch] ?? 0)
      // By index: iterators and pairs taken apart here left a fifth of the garbage of a round of 5,000 nodes.
      const own = modesOf(is)
      for (let at = 0; at < own.length; at++) {
        const id = idOf(own[at] ?? 0, suspect)
        if (canFail(own[at] ?? 0, known, role)) weights[id] = (weights[id] ?? 0) + weight
      }
    }
  }
  const found: (readonly [number, number])[] = []
  for (let id = 0; id < weights.length; id++) {
    const weight = weights[id] ?? 0
    if (weight > 0 && suits(belief, id)) found.push([id, weight])
  }
  return found
}

function suits({ scene }: Belief, id: number): boolean {
  const [mode, suspect] = [modes[id % modes.length], Math.floor(id / modes.length)]
  if (mode?.only === undefined) return true
  const { index } = suspectOf(scene.geometry, suspect)
  return mode.only.includes(scene.geometry.atlas.targets[index]?.check ?? '')
}

/** Three deviations above what noise alone would make fail. */
function expectedNoise({ scene }: Belief, id: number): number {
  const [mode, node] = [id % modes.length, Math.floor(id / modes.length)]
  let mean = 0
  for (let known = 0; known < kindCount; known++) {
    const share = scene.noise[known] ?? 0
    if (canFail(mode, known, 0)) mean += share * (scene.counts.from.values[byKind(node, known)] ?? 0)
    if (canFail(mode, known, 1)) mean += share * (scene.counts.to.values[byKind(node, known)] ?? 0)
  }
  return mean + 3 * Math.sqrt(mean + 1)
}

/** Who hands requests on to a Service that loses some of them loses about as many, and not by a fault of its own. */
function isOfStaleService({ accepted, belief: { scene } }: Hypotheses, candidate: Candidate): boolean {
  if (!handsOn.includes(modeOf(candidate).fault)) return false
  const severityOf = ({ fineStep }: Candidate) => severities[fineStep] ?? 1
  const isHeld = [...scene.held.values()].some((mode) => modes[mode]?.fault === 'service_stale')
  if (isHeld && severityOf(candidate) < mostOfStale) return true
  return accepted.some(
    (other) => modeOf(other).fault === 'service_stale' && severityOf(candidate) < 2 * severityOf(other),
  )
}

/** What is not worth its price once all the others are there goes, the worst first. */
function eliminate(hypotheses: Hypotheses): void {
  const { belief, accepted } = hypotheses
  for (let turn = 0; turn < 20 && accepted.length > 1; turn++) {
    let [worst, least]: [Candidate | undefined, number] = [undefined, 0]
    for (const candidate of accepted) {
      const { step } = candidate
      const alone = hypotheses.without(candidate, () => score(belief, candidate))
      candidate.step = step
      if (alone >= least) continue
      worst = candidate
      least = alone
    }
    if (worst === undefined) return
    hypotheses.retract(worst)
  }
}
