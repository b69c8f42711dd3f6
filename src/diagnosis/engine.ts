import type { Alternative, Entity, Finding } from '../model/finding.ts'
import type { Frame } from '../model/recording.ts'
import type { Round } from '../model/round.ts'
import type { Accusation } from './accusation.ts'
import { type Activity, activitiesOf, overIn } from './activity.ts'
import { createAtlas } from './atlas.ts'
import { createDeparted } from './departed.ts'
import { endsOf, hasLeft, isSameEntity } from './entity.ts'
import { factsOf } from './facts.ts'
import { failureClass } from './failure-class.ts'
import { findingOf } from './finding.ts'
import type { Incident } from './incident.ts'
import { createIncidents } from './incidents.ts'
import { ingestEvent, ingestRound, type Probed } from './ingest.ts'
import { kind } from './kinds.ts'
import { createLatency } from './latency/latency.ts'
import { createLifecycle } from './lifecycle.ts'
import { createLocaliser, type Judged } from './localiser.ts'
import { createMemory } from './memory.ts'
import { partitionIn } from './partition.ts'
import type { Scene } from './scene.ts'
import { lookAgain } from './second-look.ts'
import { byKind } from './slice.ts'
import { count } from './tally.ts'

/** Rounds after a partition in which what came late looks like a fault of now. */
const blindRounds = 3

/** Judges what is seen over one IP family. */
export interface Engine {
  /** A round is to be judged: then what agents told is taken in, one after another, by the numbers of their rounds. */
  begin(frame: Frame): void
  take(round: Round): void
  /** Tells all that is open or recovering, and what closed in this very round. */
  judge(frame: Frame): readonly Finding[]
}

/** `hear` is told of every finding with the incident that it tells of. */
export function createEngine(hear: (finding: Finding, incident: Incident) => void = () => {}): Engine {
  const atlas = createAtlas()
  const memory = createMemory()
  const lifecycle = createLifecycle(atlas)
  const departed = createDeparted()
  const localiser = createLocaliser(atlas, memory, lifecycle)
  const latency = createLatency(atlas)
  const incidents = createIncidents()
  const probed: Probed = new Map()
  const lastTold = new WeakMap<Incident, Finding>()
  let blindUntil = Number.NEGATIVE_INFINITY
  let now = 0
  /** Who told anything of late, and those who tell of rounds in which nobody could read them. */
  let heard = new Set<string>()
  let late = new Set<number>()

  function begin({ round, view }: Frame): void {
    now = round
    heard = new Set()
    late = new Set()
    atlas.follow(view)
    lifecycle.noteView(view, round)
    departed.noteView(view, round)
  }

  function take(round: Round): void {
    heard.add(round.node)
    lifecycle.noteRound(round)
    const slice = memory.slice(round.round)
    if (slice === undefined) return
    const node = atlas.node(round.node)
    if (slice.unread.has(node)) late.add(node)
    ingestRound(round, slice, atlas, probed)
    if (!slice.starved.has(node)) latency.noteRound(round, now)
  }

  function takeRest({ round, view, pull, events }: Frame): void {
    lifecycle.noteNodes(round)
    const slice = memory.slice(round)
    if (slice === undefined) return
    for (const event of events) ingestEvent(event, slice, atlas)
    for (const { node: name } of pull.failed) {
      const node = atlas.node(name)
      if (slice.arrived.has(node) || slice.unread.has(node)) continue
      slice.unread.add(node)
      slice.failures.push(kind.report, node, node, failureClass.silence, 1, 0)
    }
    for (const { node: name, podUid, ready } of view.nodes) {
      const node = atlas.node(name)
      if (podUid === '') continue
      if (ready) count(slice.counts.to, byKind(node, kind.ready), 1)
      else slice.failures.push(kind.ready, node, node, failureClass.silence, 1, 0)
    }
  }

  function tell(open: readonly Incident[], { scenes, recent }: Judged, roundSeconds: number): readonly Finding[] {
    if (recent === undefined) return []
    // What only a long window sees may have failed nothing in the newest rounds.
    const sceneOf = ({ window }: Accusation) => (window <= recent.rounds ? recent : scenes.get(window))
    const facts = factsIn(
      open.map(({ accusation }) => accusation),
      (accusation) => sceneOf(accusation) ?? recent,
    )
    return open.flatMap((incident) => {
      const { state, accusation } = incident
      const before = lastTold.get(incident)
      // What it looked like while it went on is the evidence, not what is left of it, or the part that is in sight.
      const isBest = state === 'open' && sceneOf(accusation) !== undefined
      if (!isBest && before !== undefined) return [{ ...before, state }]
      const of = facts.get(accusation)
      if (of === undefined) return []
      const finding = findingOf(withoutTold(incident, open), of, { roundSeconds, departed })
      lastTold.set(incident, finding)
      hear(finding, incident)
      return [finding]
    })
  }

  return {
    begin,
    take,
    judge(frame) {
      takeRest(frame)
      for (const { incident, facts } of lookAgain({ atlas, incidents, localiser }, late))
        lastTold.set(incident, findingOf(incident, facts, { roundSeconds: frame.roundSeconds, departed }))
      const open = incidents.current().map(({ accusation }) => accusation)
      const ended = incidents.ended()
      const judged = localiser.judge(frame.round, { open, ended })
      const partition = partitionIn(frame, heard)
      if (partition !== undefined) blindUntil = frame.round + blindRounds
      const failing = frame.round > blindUntil ? strongest(judged.accusations, open) : []
      const slow = frame.round > blindUntil ? latency.judge(frame.round, [...open, ...failing]) : []
      const found = [...failing, ...slow].filter(({ entity }) => !hasLeft(atlas, entity))
      const accused = partition === undefined ? found : [partition]
      const activities = new Map([
        ...activitiesOfFailures(open, accused, judged),
        ...latency.activities([...open, ...accused], frame.round),
      ])
      const current = accused.filter((accusation) => accusation === partition || activities.get(accusation) !== 'clean')
      const told = incidents.update(frame.round, current, ({ accusation, place }) => {
        if (place === partition?.place) return 'active'
        return hasLeft(atlas, accusation.entity) ? 'gone' : (activities.get(accusation) ?? 'unknown')
      })
      const shown = partition === undefined ? told : told.filter(({ place }) => place === partition.place)
      return tell(shown, judged, frame.roundSeconds)
    },
  }
}

function factsIn(accusations: readonly Accusation[], sceneOf: (accusation: Accusation) => Scene) {
  const byScene = Map.groupBy(accusations, sceneOf)
  return new Map([...byScene].flatMap(([scene, each]) => [...factsOf(each, scene)]))
}

/** Who is held guilty of something else already is nobody that it could be as well. */
function withoutTold(incident: Incident, told: readonly Incident[]): Incident {
  const isTold = ({ entity }: Alternative) =>
    told.some((other) => other !== incident && other.state === 'open' && isSameEntity(other.accusation.entity, entity))
  const alternatives = incident.accusation.alternatives.filter((other) => !isTold(other))
  return { ...incident, accusation: { ...incident.accusation, alternatives } }
}

/** What is open may be over by the newest round alone; who is accused anew is so by more than one. */
function activitiesOfFailures(open: readonly Accusation[], accused: readonly Accusation[], judged: Judged) {
  const { recent, newest, explained } = judged
  if (recent === undefined || explained === undefined) return new Map<Accusation, Activity>()
  const over = newest === undefined ? [] : overIn(open, recent, newest)
  return new Map<Accusation, Activity>([
    ...activitiesOf([...open, ...accused], recent, explained),
    ...[...over].map((accusation) => [accusation, 'clean'] as const),
  ])
}

/**
 * One accusation of each place: of the shortest windows first, for they know the present; of those the strongest. What
 * joins two ends is not accused beside one of them; nor is the border of a zone that was cut off until now, for while
 * that heals some of its borders are better than others.
 */
function strongest(accusations: readonly Accusation[], open: readonly Accusation[]): readonly Accusation[] {
  const best = new Map<string, Accusation>()
  for (const accusation of accusations) {
    const known = best.get(accusation.place)
    if (known === undefined || rank(accusation) > rank(known)) best.set(accusation.place, accusation)
  }
  const zones = open.filter(({ entity }) => entity.kind === 'zone')
  const ends = [...best.values(), ...zones].map(({ entity }) => entity)
  const isBeside = (end: Entity) => ends.some((other) => isSameEntity(other, end))
  return [...best.values()].filter(({ entity }) => !endsOf(entity).some(isBeside))
}

const shortFirst = 1e9

function rank({ window, score, charge }: Accusation): number {
  if (charge.is === 'cell') return score - shortFirst
  return score + (window <= 3 ? shortFirst : 0)
}
