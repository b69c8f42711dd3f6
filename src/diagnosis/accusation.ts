import type { Fault } from '../model/fault.ts'
import type { Alternative, Entity } from '../model/finding.ts'
import { type Candidate, modeOf } from './candidate.ts'
import { entityOf, isSameEntity, placeOf } from './entity.ts'
import { type Geometry, suspectOf } from './geometry.ts'
import { kinds } from './kinds.ts'
import type { Slowness } from './latency/slowness.ts'
import { severities } from './responses.ts'
import type { Scene } from './scene.ts'

/** From this share on it is the whole that is lost, not a part of it. */
const wholeFrom = 0.7

/** What one search holds somebody guilty of. */
export interface Accusation {
  readonly fault: Fault
  readonly entity: Entity
  /** The same for all that can be said of one place: its name, whatever the direction. */
  readonly place: string
  readonly severity: number
  /** Nats above the threshold. */
  readonly score: number
  readonly llr: number
  /** Length of the window in which it was found. */
  readonly window: number
  readonly firstRound: number
  /** In the newest round it is much less than in those before: it is about to end. */
  readonly fading?: boolean
  readonly charge: Charge
  readonly alternatives: readonly Alternative[]
}

/** What is looked at again in later rounds: a mode of a suspect, how slow somebody is, or one cell. */
export type Charge =
  | {
      readonly is: 'mode'
      readonly mode: number
      readonly suspect: number
      readonly steps: readonly number[]
      readonly geometry: Geometry
    }
  | Slowness
  | { readonly is: 'cell'; readonly source: number; readonly target: number; readonly kinds: readonly number[] }

/** `severityAtLeast` is what was seen of it in other rounds. */
export function accusationOf(scene: Scene, candidate: Candidate, severityAtLeast = 0): Accusation {
  const mode = modeOf(candidate)
  const { geometry } = scene
  const severity = Math.max(severityAtLeast, severities[candidate.risenStep ?? candidate.fineStep] ?? 1)
  const gray = mode.gray !== undefined && severity < wholeFrom
  const shown = { ...mode, fault: gray ? (mode.gray ?? mode.fault) : mode.fault }
  return {
    fault: shown.fault,
    entity: entityOf(geometry, shown, candidate.suspect),
    place: placeName(geometry, candidate),
    severity,
    score: candidate.score,
    llr: candidate.llr,
    window: scene.rounds,
    ...courseOf(scene, candidate),
    charge: {
      is: 'mode',
      mode: candidate.mode,
      suspect: candidate.suspect,
      steps: [candidate.step, candidate.risenStep ?? candidate.fineStep],
      geometry,
    },
    alternatives: alternativesOf(geometry, candidate),
  }
}

function placeName(geometry: Geometry, candidate: Pick<Candidate, 'mode' | 'suspect'>): string {
  const mode = modeOf(candidate)
  const place = mode.suspect === 'direction' ? { ...mode, suspect: 'border' as const } : mode
  const { kind, name, endpoint = name } = entityOf(geometry, place, placeOf(geometry, candidate.suspect))
  // That an agent starves is no other name for what is wrong with its node.
  if (mode.fault === 'agent_slow') return `agent/${name}`
  return mode.suspect === 'cluster' ? `${kind}/${mode.fault}` : `${kind}/${endpoint}`
}

/** Two modes of one fault are no other name for it. */
function alternativesOf(geometry: Geometry, chosen: Candidate): readonly Alternative[] {
  const { fault } = modeOf(chosen)
  const entity = entityOf(geometry, modeOf(chosen), chosen.suspect)
  return (chosen.alternatives ?? [])
    .map(({ candidate, deltaNats }) => ({
      fault: modeOf(candidate).fault,
      entity: entityOf(geometry, modeOf(candidate), candidate.suspect),
      deltaNats: Math.round(10 * deltaNats) / 10,
    }))
    .filter((other) => other.fault !== fault || !isSameEntity(other.entity, entity))
}

/** The first round with a fair part of what the loudest says, for a lost packet before it is no beginning; and its end. */
function courseOf(scene: Scene, candidate: Candidate): Pick<Accusation, 'firstRound' | 'fading'> {
  const byRound = new Map<number, number>()
  for (const failure of tellingOf(scene, candidate)) {
    const round = scene.failures.round[failure] ?? 0
    byRound.set(round, (byRound.get(round) ?? 0) + (scene.failures.n[failure] ?? 0))
  }
  const loudest = Math.max(0, ...byRound.values())
  const rounds = [...byRound].filter(([, n]) => n >= 0.2 * loudest).map(([round]) => round)
  // Fewer tell of it when those that it cuts off are not heard any more.
  const fading = candidate.risenStep === undefined && (byRound.get(scene.last) ?? 0) < 0.75 * loudest
  return { firstRound: Math.min(scene.last, ...rounds), fading }
}

/** Of an endpoint those who asked itself, if any did: what leads to it may have turned to others meanwhile. */
function tellingOf({ geometry, failures }: Scene, candidate: Candidate): Int32Array {
  if (modeOf(candidate).suspect !== 'target') return candidate.failures
  const { index } = suspectOf(geometry, candidate.suspect)
  const asked = candidate.failures.filter(
    (i) => failures.target[i] === index && kinds[failures.kind[i] ?? 0]?.place !== 'peer',
  )
  return asked.length === 0 ? candidate.failures : asked
}
