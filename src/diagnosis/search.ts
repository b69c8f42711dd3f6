import { nowhere } from './atlas.ts'
import { beforehand } from './beforehand.ts'
import type { Belief } from './belief.ts'
import { buildCandidates, type Candidate, idOf, modeOf, partsOf } from './candidate.ts'
import { type Geometry, sortOf, suspectOf, suspectsBetween } from './geometry.ts'
import { greedy } from './greedy.ts'
import { createHypotheses, type Hypotheses } from './hypotheses.ts'
import { kindCount } from './kinds.ts'
import { modes } from './modes/list.ts'
import type { Suspect } from './modes/mode.ts'
import { agentSlow } from './modes/node.ts'
import { canFail } from './responses.ts'
import { score, scoreFinely } from './score.ts'
import { byKind } from './slice.ts'
import { verdictOn } from './valid.ts'
import { worthTrying } from './worth.ts'

/** Explained to this rate, a failure starts no suspicion of its own. */
const explainedFrom = 0.7
const wideAtLeast = 5
const fineAtLeast = 4
const fineAtMost = 3000
const absorbs = 20

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
  const rest = wideIds.filter((id) => !hypotheses.has(id))
  if (hypotheses.accepted.length > 0 || rest.length > first.length) accuse(hypotheses, rest, 4, open(1))
  eliminate(hypotheses)
  return hypotheses
}

function accuse(hypotheses: Hypotheses, ids: readonly number[], atMost: number, wanted?: (failure: number) => boolean) {
  const { belief } = hypotheses
  const worthy = worthTrying(belief, ids, wanted)
  if (worthy.length > 0) greedy(hypotheses, buildCandidates(belief.scene, worthy, wanted), atMost)
}

/** Every suspect that is a zone of one node, or lies between it and another. */
function zonesOfOneNode(geometry: Geometry): ReadonlySet<number> {
  const { base, atlas } = geometry
  const sizes = new Map<number, number>()
  for (const zone of atlas.zoneOf) sizes.set(zone, (sizes.get(zone) ?? 0) + 1)
  const lone = [...sizes].filter(([, size]) => size === 1).map(([zone]) => zone)
  const between = (zone: number) => [...atlas.zones.keys()].flatMap((other) => suspectsBetween(geometry, zone, other))
  return new Set(lone.flatMap((zone) => [base.zone + zone, ...between(zone)]))
}

const modesOf = Map.groupBy(modes.keys(), (mode) => modes[mode]?.suspect)

/** Modes with unexplained failures, and how many. */
function suspicious(belief: Belief, wanted: (is: Suspect) => boolean): (readonly [id: number, failures: number])[] {
  const { geometry, failures, covers } = belief.scene
  const weights = new Float64Array(geometry.suspects * modes.length)
  for (let i = 0; i < failures.size; i++) {
    if ((belief.rate[i] ?? 0) > explainedFrom) continue
    const [known, n, end] = [failures.kind[i] ?? 0, failures.n[i] ?? 0, covers.from[i + 1] ?? 0]
    for (let entry = covers.from[i] ?? 0; entry < end; entry++) {
      const [suspect, touch] = [covers.suspect[entry] ?? 0, covers.touch[entry] ?? 0]
      const is = sortOf(geometry, suspect)
      if (!wanted(is)) continue
      const [role, weight] = [covers.roles[touch] ?? 0, n * (covers.scales[touch] ?? 0)]
      for (const mode of modesOf.get(is) ?? []) {
        const id = idOf(mode, suspect)
        if (canFail(mode, known, role)) weights[id] = (weights[id] ?? 0) + weight
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

/** Where a replica seems dead, its node may be: if that explains the same and more, it is the node. */
function absorbIntoHosts(hypotheses: Hypotheses): void {
  const { belief, accepted } = hypotheses
  for (const replica of [...accepted]) {
    if (modeOf(replica).suspect !== 'target') continue
    const { index } = suspectOf(belief.scene.geometry, replica.suspect)
    const host = belief.scene.geometry.atlas.targets[index]?.host ?? nowhere
    if (host === nowhere) continue
    hypotheses.retract(replica)
    const node = bestOfNode(belief, host)
    const instead = node !== undefined && node.fineLlr > scoreFinely(belief, replica) + absorbs
    const verdict = instead ? verdictOn(belief, node) : 'no'
    if (node !== undefined) node.pending = verdict === 'not yet'
    hypotheses.accept(verdict === 'no' || node === undefined ? replica : node)
  }
}

function bestOfNode(belief: Belief, node: number): Candidate | undefined {
  const ofNode = [...modes.keys()].filter((mode) => modes[mode]?.suspect === 'node')
  const candidates = buildCandidates(
    belief.scene,
    ofNode.map((mode) => idOf(mode, node)),
  )
  const possible = candidates.filter((candidate) => score(belief, candidate) > 0)
  const weights = new Map(
    possible.map((candidate) => [candidate, scoreFinely(belief, candidate) + beforehand(belief, candidate)]),
  )
  return possible.sort((a, b) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0))[0]
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
