import type { Belief } from './belief.ts'
import { type Candidate, modeOf } from './candidate.ts'
import { kind } from './kinds.ts'
import { severities } from './responses.ts'
import type { Scene } from './scene.ts'
import { betweenZones, byKind, type Counts } from './slice.ts'

/** Nats that speak for a starved agent before anything was seen, after a sign of it, and after it said so itself. */
const benefitOfDoubt = 6
const sign = 12
const ownWord = 40
/** Nats that speak for what was said before: the name of a fault changes for a reason, not for a shade. */
const sameAsBefore = 5
/** The same for a direction that was seen while the node could still tell. */
const sameDirection = 10
/** Nats against a direction that nobody has seen: who says nothing may be cut off both ways, which is more usual. */
const unseenDirection = 1000
const lostShare = 0.2
const whole = 0.5
const arrivedAtLeast = 3

/** What speaks for a mode of a suspect, beside others of the same, before the evidence does: in nats. */
export function beforehand({ scene }: Belief, candidate: Candidate): number {
  const { mode, suspect } = candidate
  const { fault } = modeOf(candidate)
  const isHeld = scene.held.get(suspect) === mode
  if (fault === 'pod_network_out' || fault === 'zone_one_way') {
    if (isHeld) return sameDirection
    // Who loses a part only can still tell.
    if (!isWhole(candidate)) return 0
    const ways = fault === 'zone_one_way' ? ofBorder(scene, suspect) : ofNode(suspect)
    return answersArrive(scene, ways) ? 0 : -unseenDirection
  }
  const before = isHeld ? sameAsBefore : 0
  // Who may lose all of it has to be heard otherwise, to be cut off one way only.
  if (fault === 'pod_network_in' && !isHeld && isWhole(candidate) && isUnheard(scene, suspect)) return -unseenDirection
  // The one who asks is the first suspect: a starved agent loses what the network delivers.
  if (fault !== 'agent_slow') return before
  if (scene.starved.has(suspect)) return before + ownWord
  return before + (scene.slices.some(({ strained }) => strained.has(suspect)) ? sign : benefitOfDoubt)
}

function isWhole({ fineStep }: Candidate): boolean {
  return (severities[fineStep] ?? 1) >= whole
}

/** Whether no datagram of a node has arrived anywhere. */
function isUnheard({ counts }: Scene, node: number): boolean {
  return (counts.from.values[byKind(node, kind.oneWay)] ?? 0) === 0
}

/** Datagrams that are lost if the suspicion is true, and those that come the other way. */
interface Ways {
  readonly isForward: (source: number, target: number) => boolean
  readonly isBackward: (source: number, target: number) => boolean
  readonly arrivedForward: (counts: Counts) => number
  readonly arrivedBackward: (counts: Counts) => number
}

function ofNode(node: number): Ways {
  const cell = byKind(node, kind.oneWay)
  return {
    isForward: (source) => source === node,
    isBackward: (_source, target) => target === node,
    arrivedForward: ({ from }) => from.values[cell] ?? 0,
    arrivedBackward: ({ to }) => to.values[cell] ?? 0,
  }
}

function ofBorder({ geometry }: Scene, suspect: number): Ways {
  const { base, zones, atlas } = geometry
  const [a, b] = [Math.floor((suspect - base.direction) / zones), (suspect - base.direction) % zones]
  const crosses = (from: number, to: number) => (source: number, target: number) =>
    atlas.zoneOf[source] === from && atlas.zoneOf[target] === to
  return {
    isForward: crosses(a, b),
    isBackward: crosses(b, a),
    arrivedForward: ({ between }) => between.values[betweenZones(a, b, kind.oneWay)] ?? 0,
    arrivedBackward: ({ between }) => between.values[betweenZones(b, a, kind.oneWay)] ?? 0,
  }
}

/** Whether in a round in which datagrams got lost one way those of the other arrived: rounds before say nothing. */
function answersArrive({ slices, failures }: Scene, ways: Ways): boolean {
  const [forward, backward] = [new Map<number, number>(), new Map<number, number>()]
  for (let i = 0; i < failures.size; i++) {
    if (failures.kind[i] !== kind.oneWay) continue
    const [source, target, round] = [failures.source[i] ?? 0, failures.target[i] ?? 0, failures.round[i] ?? 0]
    const lost = ways.isForward(source, target) ? forward : ways.isBackward(source, target) ? backward : undefined
    lost?.set(round, (lost.get(round) ?? 0) + (failures.n[i] ?? 0))
  }
  return slices.some(({ round, counts }) => {
    const [bad, back] = [forward.get(round) ?? 0, backward.get(round) ?? 0]
    const [sent, came] = [ways.arrivedForward(counts), ways.arrivedBackward(counts)]
    return (
      bad > 0 && bad >= lostShare * (bad + sent) && came >= arrivedAtLeast && back * (bad + sent) < bad * (back + came)
    )
  })
}
