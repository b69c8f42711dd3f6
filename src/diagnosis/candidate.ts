import type { Profile } from './failure-class.ts'
import { modes } from './modes/list.ts'
import type { Mode } from './modes/mode.ts'
import { canFail } from './responses.ts'
import { coverOf, type Scene } from './scene.ts'
import { type Successes, successesOf } from './successes.ts'

/** A hypothesis under test: one mode of one suspect, with all that it could explain. */
export interface Candidate {
  /** Mode and suspect in one number. */
  readonly id: number
  readonly mode: number
  readonly suspect: number
  /** The failures it touches, sorted by pair; how, and with which share. */
  readonly failures: Int32Array
  readonly roles: Uint8Array
  readonly scales: Float64Array
  /** Where each pair's failures begin, and at the end where the last ones end. */
  readonly pairs: Int32Array
  readonly successes: Successes
  /** What its failures turned out to look like; until it is accepted, its mode's profile counts. */
  profile?: Profile
  /** The step of the severity with the best score, with pairs clipped. */
  step: number
  llr: number
  threshold: number
  /** `llr` above `threshold`. */
  score: number
  /** The same, unclipped and on the fine scale: entities are chosen clipped, types are chosen unclipped. */
  fineStep: number
  fineLlr: number
  /** Accepted, but not yet long enough to be told. */
  pending: boolean
  dropped: boolean
  /** What came next when it was accepted. */
  alternatives?: readonly Alternative[]
}

export interface Alternative {
  readonly candidate: Candidate
  readonly deltaNats: number
}

export function modeOf({ mode }: Pick<Candidate, 'mode'>): Mode {
  const known = modes[mode]
  if (known === undefined) throw new RangeError(`mode ${mode}`)
  return known
}

export function idOf(mode: number, suspect: number): number {
  return suspect * modes.length + mode
}

function parts(id: number): { readonly mode: number; readonly suspect: number } {
  return { mode: id % modes.length, suspect: Math.floor(id / modes.length) }
}

interface Growing {
  readonly failures: number[]
  readonly roles: number[]
  readonly scales: number[]
}

/** Collects for every candidate what it could explain, in one pass over the failures that `wanted` lets through. */
export function buildCandidates(
  scene: Scene,
  ids: Iterable<number>,
  wanted?: (failure: number) => boolean,
): Candidate[] {
  const growing = new Map<number, Growing>()
  for (const id of ids) growing.set(id, { failures: [], roles: [], scales: [] })
  const modesAt = modesBySuspect(growing.keys())
  for (let i = 0; i < scene.failures.size; i++) {
    if (wanted !== undefined && !wanted(i)) continue
    const known = scene.failures.kind[i] ?? 0
    coverOf(scene, i, (suspect, role, scale) => {
      for (const mode of modesAt.get(suspect) ?? []) {
        if (!canFail(mode, known, role)) continue
        const into = growing.get(idOf(mode, suspect))
        into?.failures.push(i)
        into?.roles.push(role)
        into?.scales.push(scale)
      }
    })
  }
  const successes = new Map<number, Successes>()
  return [...growing].map(([id, found]) => {
    const { suspect } = parts(id)
    const ok = successes.get(suspect) ?? successesOf(scene.geometry, scene.counts, suspect)
    successes.set(suspect, ok)
    return candidateOf(scene, id, found, ok)
  })
}

function candidateOf(scene: Scene, id: number, found: Growing, successes: Successes): Candidate {
  const failures = Int32Array.from(found.failures)
  const pairs: number[] = []
  let before = -1
  failures.forEach((failure, at) => {
    const pair = scene.failures.pair[failure] ?? 0
    if (pair !== before) pairs.push(at)
    before = pair
  })
  return {
    ...{ id, ...parts(id), failures, successes },
    roles: Uint8Array.from(found.roles),
    scales: Float64Array.from(found.scales),
    pairs: Int32Array.from([...pairs, failures.length]),
    ...{ step: 0, llr: 0, threshold: 0, score: -1, fineStep: 0, fineLlr: 0, pending: false, dropped: false },
  }
}

function modesBySuspect(ids: Iterable<number>): ReadonlyMap<number, readonly number[]> {
  const bySuspect = new Map<number, number[]>()
  for (const id of ids) {
    const { mode, suspect } = parts(id)
    const known = bySuspect.get(suspect)
    if (known === undefined) bySuspect.set(suspect, [mode])
    else known.push(mode)
  }
  return bySuspect
}
