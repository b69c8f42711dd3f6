import { type Belief, explainedFrom } from './belief.ts'
import { type Candidate, modeOf } from './candidate.ts'
import { isOfZones, suspectOf, zonesBetween } from './geometry.ts'
import { kind } from './kinds.ts'
import type { Scene } from './scene.ts'

/** Of the nodes that a faint fault is about, so many may be unheard. */
const unheardAtMost = 0.2

/**
 * Whether what looks like a faint loss may be of a border that is known to be broken: agents beyond it may want CPU, and
 * are not heard to say so. Of one node its kernel tells, which accepts connections anyway; of many nobody can. A loss of
 * everything is not told beside it at all, for nobody knows which API servers lie beyond.
 */
export function mayBeOfBrokenBorder(belief: Belief, candidate: Candidate): boolean {
  const { scene } = belief
  if (scene.held.has(candidate.suspect)) return false
  const borders = [...scene.held.keys()].filter((suspect) => isOfZones(scene.geometry, suspect))
  if (borders.length === 0) return false
  if (modeOf(candidate).suspect === 'cluster') return true
  const isUnheard = unheardIn(scene)
  if (modeOf(candidate).suspect !== 'node') {
    const nodes = nodesAbout(scene, candidate.suspect)
    return nodes.filter(isUnheard).length > unheardAtMost * nodes.length
  }
  const isBeyond = borders.some((border) => nodesAbout(scene, border).includes(candidate.suspect))
  return isBeyond && isUnheard(candidate.suspect) && acceptsConnections(belief, candidate)
}

/** Whether a node could not be read in half of the rounds. */
function unheardIn({ slices }: Scene): (node: number) => boolean {
  return (node) => 2 * slices.filter(({ unread }) => unread.has(node)).length >= slices.length
}

/** Whether far fewer connections to it fail than requests, of those that nothing else explains. */
function acceptsConnections({ scene: { failures }, rate }: Belief, { suspect, failures: own }: Candidate): boolean {
  let [connections, requests] = [0, 0]
  for (const i of own) {
    if ((rate[i] ?? 0) > explainedFrom || failures.target[i] !== suspect) continue
    if (failures.kind[i] === kind.tcp) connections += failures.n[i] ?? 0
    if (failures.kind[i] === kind.http) requests += failures.n[i] ?? 0
  }
  return connections <= 1 + requests / 3
}

function nodesAbout({ geometry }: Scene, suspect: number): readonly number[] {
  const { zoneOf } = geometry.atlas
  const { is, index } = suspectOf(geometry, suspect)
  const zones = is === 'zone' ? [index] : zonesBetween(geometry, suspect)
  return [...zoneOf.keys()].filter((node) => zones.length === 0 || zones.includes(zoneOf[node] ?? -1))
}
