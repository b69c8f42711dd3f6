import type { Alternative, Entity, Finding } from '../model/finding.ts'
import type { RoundInput } from '../model/recording.ts'
import type { Accusation } from './accusation.ts'
import { type Activity, activitiesOf } from './activity.ts'
import { createAtlas } from './atlas.ts'
import type { Diagnosis } from './diagnosis.ts'
import { endsOf, hasLeft, isSameEntity } from './entity.ts'
import { factsOf } from './facts.ts'
import { failureClass } from './failure-class.ts'
import { findingOf } from './finding.ts'
import { createIncidents, type Incident } from './incidents.ts'
import { ingestEvent, ingestRound, type Probed } from './ingest.ts'
import { kind } from './kinds.ts'
import { createLatency } from './latency/latency.ts'
import { createLifecycle } from './lifecycle.ts'
import { createLocaliser, type Judged } from './localiser.ts'
import { createMemory } from './memory.ts'
import { partitionIn } from './partition.ts'
import { byKind } from './slice.ts'
import { count } from './tally.ts'

/** Rounds after a partition in which what came late looks like a fault of now. */
const blindRounds = 3

/** Judges what is seen over one IP family. `hear` is told of every finding with the incident that it tells of. */
export function createEngine(hear: (finding: Finding, incident: Incident) => void = () => {}): Diagnosis {
  const atlas = createAtlas()
  const memory = createMemory()
  const lifecycle = createLifecycle(atlas)
  const localiser = createLocaliser(atlas, memory, lifecycle)
  const latency = createLatency(atlas)
  const incidents = createIncidents()
  const probed: Probed = new Map()
  const lastTold = new WeakMap<Incident, Finding>()
  let blindUntil = Number.NEGATIVE_INFINITY

  function ingest({ round, view, rounds, pull, events }: RoundInput): void {
    atlas.follow(view)
    lifecycle.noteView(view, round)
    for (const each of [...rounds].sort((a, b) => a.round - b.round)) {
      lifecycle.noteRound(each)
      const slice = memory.slice(each.round)
      if (slice === undefined) continue
      ingestRound(each, slice, atlas, probed)
      if (!slice.starved.has(atlas.node(each.node))) latency.noteRound(each, round)
    }
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

  function tell(told: readonly Incident[], { recent }: Judged, roundSeconds: number): readonly Finding[] {
    if (recent === undefined) return []
    const facts = factsOf(
      told.map(({ accusation }) => accusation),
      recent,
    )
    return told.flatMap((incident) => {
      const { state, accusation } = incident
      const before = lastTold.get(incident)
      // What it looked like while it went on is the evidence, not what is left of it.
      if (state !== 'open' && before !== undefined) return [{ ...before, state }]
      const of = facts.get(accusation)
      if (of === undefined) return []
      const finding = findingOf(withoutTold(incident, told), of, roundSeconds)
      lastTold.set(incident, finding)
      hear(finding, incident)
      return [finding]
    })
  }

  return {
    observe(input) {
      ingest(input)
      const open = incidents.current().map(({ accusation }) => accusation)
      const ended = incidents.ended()
      const judged = localiser.judge(input.round, { open, ended })
      const partition = partitionIn(input)
      if (partition !== undefined) blindUntil = input.round + blindRounds
      const failing = input.round > blindUntil ? strongest(judged.accusations, open) : []
      const slow = input.round > blindUntil ? latency.judge(input.round, [...open, ...failing]) : []
      const found = [...failing, ...slow].filter(({ entity }) => !hasLeft(atlas, entity))
      const accused = partition === undefined ? found : [partition]
      const activities = new Map([
        ...activitiesOfFailures([...open, ...accused], judged),
        ...latency.activities([...open, ...accused], input.round),
      ])
      const current = accused.filter((accusation) => accusation === partition || activities.get(accusation) !== 'clean')
      const told = incidents.update(input.round, current, ({ accusation, place }) => {
        if (place === partition?.place) return 'active'
        return hasLeft(atlas, accusation.entity) ? 'gone' : (activities.get(accusation) ?? 'unknown')
      })
      const shown = partition === undefined ? told : told.filter(({ place }) => place === partition.place)
      return tell(shown, judged, input.roundSeconds)
    },
  }
}

/** Who is held guilty of something else already is nobody that it could be as well. */
function withoutTold(incident: Incident, told: readonly Incident[]): Incident {
  const isTold = ({ entity }: Alternative) =>
    told.some((other) => other !== incident && other.state === 'open' && isSameEntity(other.accusation.entity, entity))
  const alternatives = incident.accusation.alternatives.filter((other) => !isTold(other))
  return { ...incident, accusation: { ...incident.accusation, alternatives } }
}

function activitiesOfFailures(accusations: readonly Accusation[], { recent, explained }: Judged) {
  if (recent === undefined || explained === undefined) return new Map<Accusation, Activity>()
  return activitiesOf(accusations, recent, explained)
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
