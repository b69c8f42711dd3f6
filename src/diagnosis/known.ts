import type { Accusation } from './accusation.ts'
import { nowhere } from './atlas.ts'
import { type Belief, explain, explainShare, rateOf } from './belief.ts'
import { throughBrokenPaths } from './broken-paths.ts'
import { otherViews, starvation } from './doubt.ts'
import type { Profile } from './failure-class.ts'
import { type Geometry, suspectAfter } from './geometry.ts'
import type { Hypotheses } from './hypotheses.ts'
import { kind, kinds } from './kinds.ts'
import type { Lifecycle, Span } from './lifecycle.ts'
import { profiles, responseOf, severities } from './responses.ts'
import { isShareOfService } from './roles.ts'
import { coverOf, type Scene } from './scene.ts'

/** As sure as can be that a pod which comes or goes fails what touches it. */
const comesOrGoes = 0.99
const comingOrGoing: Profile = [0.49, 0.49, 0.02]
/** What an agent that starves does not get to read or to answer in time. */
const missedByStarved = 0.7
const late: Profile = [0.97, 0.015, 0.015]
/** For how long an agent may go on asking a pod that is no more: the list of peers of a large cluster is fetched seldom. */
const staleAtMost = 60
const hard = 0.7
const beyondDoubt = 1.2
const whole = 0.5
const remembered = 24

/** What short windows accepted: a hard fault of three rounds would look like a gray one in a window of 24. */
export interface Record {
  note(scene: Scene, hypotheses: Hypotheses): void
  /** Marks failures that are explained beyond doubt. */
  settle(scene: Scene, hypotheses: Hypotheses): void
  /** What shorter windows accepted in the scene's rounds, by suspect in the scene's numbers. */
  since(scene: Scene): ReadonlyMap<number, readonly Segment[]>
}

interface Segment {
  readonly mode: number
  readonly suspect: number
  readonly geometry: Geometry
  readonly step: number
  readonly profile: Profile | undefined
  /** Length of the window that accepted it: it explains in longer ones only. */
  readonly window: number
  readonly llr: number
  readonly from: number
  to: number
}

export function createRecord(): Record {
  let segments: Segment[] = []
  return {
    note(scene, { accepted }) {
      segments = segments.filter(({ to }) => to > scene.last - remembered)
      for (const { mode, suspect, fineStep, fineLlr: llr, profile, pending } of accepted) {
        // A faint fault is fitted anew, for more rounds know better how faint it is.
        if (pending || (severities[fineStep] ?? 0) < whole) continue
        const before = segments.find(
          (known) =>
            known.mode === mode &&
            suspectAfter(known.geometry, scene.geometry, known.suspect) === suspect &&
            known.step === fineStep &&
            known.window === scene.rounds &&
            known.to >= scene.first - 1,
        )
        if (before !== undefined) before.to = scene.last
        else {
          const { geometry, first: from, last: to, rounds: window } = scene
          segments.push({ mode, suspect, geometry, step: fineStep, profile, window, llr, from, to })
        }
      }
    },

    settle(scene, { accepted, belief }) {
      if (!accepted.some(({ pending, fineStep }) => !pending && (severities[fineStep] ?? 0) >= hard)) return
      for (let i = 0; i < scene.failures.size; i++) {
        if (belief.touched[i] === 1 && (belief.rate[i] ?? 0) > beyondDoubt)
          scene.slices[scene.failures.slice[i] ?? 0]?.settled.add(scene.failures.offset[i] ?? 0)
      }
    },

    since({ first, rounds, geometry }) {
      const current = segments.filter(({ to, window }) => to >= first && window < rounds)
      return Map.groupBy(current, (segment) => suspectAfter(segment.geometry, geometry, segment.suspect))
    },
  }
}

export interface Known {
  readonly lifecycle: Lifecycle
  /** What shorter windows accepted. */
  readonly record: Record | undefined
  readonly open: readonly Accusation[]
}

/**
 * Puts into the belief what is known already: pods that came or went, and what was accepted in these very rounds.
 * Returns how much the weightiest of the latter says.
 */
export function explainKnown(belief: Belief, { lifecycle, record, open }: Known): number {
  const { scene } = belief
  const bySuspect = record?.since(scene)
  const shares = restlessShares(scene, lifecycle)
  const isComingOrGoing = comingAndGoing(scene, lifecycle)
  const broken = throughBrokenPaths(scene, open)
  const isLate = lateBecauseStarved(scene, record !== undefined)
  for (let i = 0; i < scene.failures.size; i++) {
    const c = scene.failures.class[i] ?? 0
    const share = isForAnyAgent(scene.failures.kind[i] ?? 0) ? (shares.get(scene.failures.round[i] ?? 0) ?? 0) : 0
    if (share > 0) explain(belief, i, rateOf(share), comingOrGoing[c] ?? 0)
    if (isComingOrGoing(i)) explain(belief, i, rateOf(comesOrGoes), comingOrGoing[c] ?? 0)
    else if (isLate(i)) explain(belief, i, rateOf(missedByStarved), late[c] ?? 0)
    const crossing = broken(i)
    if (crossing > 0) explain(belief, i, rateOf(comesOrGoes * crossing), late[c] ?? 0)
    if (bySuspect !== undefined && bySuspect.size > 0) explainBySegments(belief, i, bySuspect)
  }
  return Math.max(0, ...[...(bySuspect?.values() ?? [])].flat().map(({ llr }) => llr))
}

/**
 * Whether a failure is for want of CPU: an agent's own, before it has noticed; and in long windows what others ask of
 * it. Short ones name the agent.
 */
function lateBecauseStarved({ slices, failures }: Scene, isLong: boolean): (i: number) => boolean {
  if (slices.every(({ starved }) => starved.size === 0)) return () => false
  const starves = starvation(slices)
  return (i) => {
    const [known, round] = [failures.kind[i] ?? 0, failures.round[i] ?? 0]
    // Datagrams that it did not get to send are missed by others.
    if (starves(failures.source[i] ?? 0, round)) return true
    return isLong && answeredByProcess.includes(known) && starves(failures.target[i] ?? 0, round)
  }
}

const answeredByProcess: readonly number[] = [kind.http, kind.udp, kind.oneWay, kind.mtu]

/** Of the requests to any of the agents behind our own Service, the share that one gets who comes, goes or starves. */
function restlessShares({ slices, geometry }: Scene, lifecycle: Lifecycle): ReadonlyMap<number, number> {
  const agents = Math.max(1, geometry.atlas.listed().size)
  const starves = starvation(slices)
  return new Map(
    slices.map(({ round, starved }) => {
      const late = [...starved].filter((node) => starves(node, round)).length
      const missed = comesOrGoes * lifecycle.restless(round) + missedByStarved * late
      return [round, Math.min(comesOrGoes, missed / agents)]
    }),
  )
}

function isForAnyAgent(known: number): boolean {
  return kinds[known]?.behind === 'clusterip' || kinds[known]?.handsOn === true
}

/** Whether a failure touches a pod that comes or goes, or one that the asker knows by an address of before. */
function comingAndGoing({ failures, geometry, slices }: Scene, lifecycle: Lifecycle): (i: number) => boolean {
  const { atlas } = geometry
  const knowsOthers = otherViews(slices)
  const within = (node: number, round: number, wanted: (span: Span) => boolean) =>
    lifecycle.spansOf(node).some((span) => round >= span.from - 1 && round <= span.to + 1 && wanted(span))
  const isStale = (source: number, target: number, round: number) => {
    const replaced = lifecycle.replacedAt(target)
    return replaced !== undefined && Math.abs(round - replaced) <= staleAtMost && knowsOthers(source, round)
  }
  return (i) => {
    const known = failures.kind[i] ?? 0
    const round = failures.round[i] ?? 0
    const source = failures.source[i] ?? 0
    const target = failures.target[i] ?? 0
    const place = kinds[known]?.place
    const ofPod = known !== kind.host && known !== kind.nodePort
    const wanted = ({ whole }: Span) => whole || ofPod
    if (within(source, round, wanted)) return true
    if (place === 'peer') return within(target, round, wanted) || (ofPod && isStale(source, target, round))
    if (place === 'replica' && atlas.hasLeft(target)) return true
    const host = place === 'replica' ? (atlas.targets[target]?.host ?? nowhere) : nowhere
    return host !== nowhere && within(host, round, ({ whole }) => whole)
  }
}

function explainBySegments(belief: Belief, i: number, bySuspect: ReadonlyMap<number, readonly Segment[]>): void {
  const { failures } = belief.scene
  const known = failures.kind[i] ?? 0
  const round = failures.round[i] ?? 0
  const c = failures.class[i] ?? 0
  coverOf(belief.scene, i, (suspect, role, scale) => {
    let [most, shapeOfMost] = [0, 0]
    for (const { mode, step, from, to, profile } of bySuspect.get(suspect) ?? []) {
      if (round < from || round > to) continue
      const share = responseOf(mode, step, known, role) * scale
      const shape = (profile ?? profiles[mode]?.[known])?.[c] ?? 0
      if (share > 0 && !isShareOfService(role)) explain(belief, i, rateOf(share), shape)
      if (share > most) [most, shapeOfMost] = [share, shape]
    }
    // Several windows accept the same, and a backend is broken once.
    if (most > 0 && isShareOfService(role)) explainShare(belief, i, most, shapeOfMost)
  })
}
