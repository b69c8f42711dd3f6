import { nowhere } from './atlas.ts'
import { beforehand } from './beforehand.ts'
import type { Belief } from './belief.ts'
import { buildCandidates, type Candidate, idOf, modeOf } from './candidate.ts'
import { bordersOf, loneZones, sortOf, suspectOf } from './geometry.ts'
import type { Hypotheses } from './hypotheses.ts'
import { modesOf } from './modes/list.ts'
import { severities } from './responses.ts'
import { score, scoreFinely } from './score.ts'
import { verdictOn } from './valid.ts'

/** How much more it takes, in nats: a node is a bigger thing than a replica; a border is as big as the node behind it. */
const absorbs = 20
const clearly = 4
const whole = 0.7

/** Where a replica seems dead, its node may be: if that explains the same and more, it is the node. */
export function absorbIntoHosts(hypotheses: Hypotheses): void {
  const { accepted, belief } = hypotheses
  for (const replica of [...accepted]) {
    if (modeOf(replica).suspect !== 'target') continue
    const { index } = suspectOf(belief.scene.geometry, replica.suspect)
    const host = belief.scene.geometry.atlas.targets[index]?.host ?? nowhere
    if (host !== nowhere) orRather(hypotheses, replica, [host], absorbs)
  }
}

/** The only node of a zone may lose what crosses one border of it: of a fault of its own all would tell. */
export function giveWayToBorders(hypotheses: Hypotheses): void {
  const { accepted, belief } = hypotheses
  const { geometry } = belief.scene
  const lone = loneZones(geometry)
  for (const node of [...accepted]) {
    const zone = geometry.atlas.zoneOf[suspectOf(geometry, node.suspect).index] ?? nowhere
    if (modeOf(node).suspect === 'node' && lone.includes(zone) && !isWhole(node))
      orRather(hypotheses, node, bordersOf(geometry, zone), clearly)
  }
}

/** Whether all is lost now: across all of its borders, that is. */
function isWhole({ risenStep, fineStep }: Candidate): boolean {
  return (severities[risenStep ?? fineStep] ?? 1) >= whole
}

/** Takes one of the suspects for what is accepted, where that explains so much more, in nats. */
function orRather(hypotheses: Hypotheses, one: Candidate, suspects: readonly number[], more: number): void {
  const { belief } = hypotheses
  hypotheses.retract(one)
  const other = bestOf(belief, suspects)
  const isMore = other !== undefined && other.fineLlr > scoreFinely(belief, one) + more
  const verdict = isMore ? verdictOn(belief, other) : 'no'
  if (other !== undefined) other.pending = verdict === 'not yet'
  hypotheses.accept(verdict === 'no' || other === undefined ? one : other)
}

function bestOf(belief: Belief, suspects: readonly number[]): Candidate | undefined {
  const { scene } = belief
  const ids = suspects.flatMap((suspect) => modesOf(sortOf(scene.geometry, suspect)).map((mode) => idOf(mode, suspect)))
  const possible = buildCandidates(scene, ids).filter((candidate) => score(belief, candidate) > 0)
  const weights = new Map(
    possible.map((candidate) => [candidate, scoreFinely(belief, candidate) + beforehand(belief, candidate)]),
  )
  return possible.sort((a, b) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0))[0]
}
