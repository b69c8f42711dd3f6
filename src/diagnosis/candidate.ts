import type { Covers } from './covers.ts'
import { classCount, type Profile } from './failure-class.ts'
import { kindCount } from './kinds.ts'
import { modes } from './modes/list.ts'
import type { Mode } from './modes/mode.ts'
import { canFail } from './responses.ts'
import type { Scene } from './scene.ts'
import type { SeverityTable } from './severity-table.ts'
import { type Successes, successesOf } from './successes.ts'

/** Failures that a mode cannot tell apart. */
export interface Cell {
  readonly kind: number
  readonly class: number
  /** Role and scale in one number. */
  readonly touch: number
  readonly role: number
  readonly scale: number
}

/** A hypothesis under test: one mode of one suspect, with all that it could explain. */
export interface Candidate {
  /** Mode and suspect in one number. */
  readonly id: number
  readonly mode: number
  readonly suspect: number
  /** The failures it touches, sorted by pair, and of which of its cells each of them is. */
  readonly failures: Int32Array
  readonly cell: Uint16Array
  readonly cells: readonly Cell[]
  /** Where each pair's failures begin, and at the end where the last ones end. */
  readonly pairs: Int32Array
  readonly successes: Successes
  /** By step of the severity, as far as one was tried. */
  readonly tables: (SeverityTable | undefined)[]
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
  /** The step that the newest round speaks for, where that is clearly more: it began within the window. */
  risenStep?: number | undefined
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

/** Of the `at`-th of its failures. */
export function cellOf({ cells, cell }: Candidate, at: number): Cell {
  const known = cells[cell[at] ?? 0]
  if (known === undefined) throw new RangeError(`failure ${at}`)
  return known
}

/** What makes a cell, in one number. */
export function cellKey(touch: number, known: number, c: number): number {
  return (touch * kindCount + known) * classCount + c
}

export function cellBehind({ roles, scales }: Covers, key: number): Cell {
  const touch = Math.floor(key / (kindCount * classCount))
  const known = Math.floor(key / classCount) % kindCount
  return { kind: known, class: key % classCount, touch, role: roles[touch] ?? 0, scale: scales[touch] ?? 0 }
}

export function idOf(mode: number, suspect: number): number {
  return suspect * modes.length + mode
}

export function partsOf(id: number): { readonly mode: number; readonly suspect: number } {
  return { mode: id % modes.length, suspect: Math.floor(id / modes.length) }
}

/** Collects for every candidate what it could explain, of the failures that `wanted` lets through. */
export function buildCandidates(
  scene: Scene,
  ids: Iterable<number>,
  wanted: (failure: number) => boolean = () => true,
): Candidate[] {
  const successes = new Map<number, Successes>()
  const cellAt = new Int32Array(scene.covers.roles.length * kindCount * classCount).fill(-1)
  return Array.from(ids, (id) => {
    const { suspect } = partsOf(id)
    const ok = successes.get(suspect) ?? successesOf(scene.geometry, scene.counts, suspect)
    successes.set(suspect, ok)
    return candidateOf(scene, foundBy(scene, id, wanted), ok, cellAt)
  })
}

interface Found {
  readonly id: number
  /** Entries of the suspect's covers. */
  readonly entries: Int32Array
}

function foundBy({ failures, covers }: Scene, id: number, wanted: (failure: number) => boolean): Found {
  const { mode, suspect } = partsOf(id)
  const { from, failure, touch } = covers.bySuspect
  const [start, end] = [from[suspect] ?? 0, from[suspect + 1] ?? 0]
  const entries = new Int32Array(end - start)
  let size = 0
  for (let entry = start; entry < end; entry++) {
    const i = failure[entry] ?? 0
    if (!canFail(mode, failures.kind[i] ?? 0, covers.roles[touch[entry] ?? 0] ?? 0) || !wanted(i)) continue
    entries[size] = entry
    size += 1
  }
  return { id, entries: entries.subarray(0, size) }
}

/** `cellAt` is a blank that is handed back blank. */
function candidateOf({ failures, covers }: Scene, found: Found, successes: Successes, cellAt: Int32Array): Candidate {
  const { bySuspect } = covers
  const size = found.entries.length
  const [cells, keys]: [Cell[], number[]] = [[], []]
  const [own, cell, pairs] = [new Int32Array(size), new Uint16Array(size), new Int32Array(size + 1)]
  let [many, before] = [0, -1]
  for (let at = 0; at < size; at++) {
    const entry = found.entries[at] ?? 0
    const i = bySuspect.failure[entry] ?? 0
    const touch = bySuspect.touch[entry] ?? 0
    const key = cellKey(touch, failures.kind[i] ?? 0, failures.class[i] ?? 0)
    if (cellAt[key] === -1) {
      cellAt[key] = cells.push(cellBehind(covers, key)) - 1
      keys.push(key)
    }
    own[at] = i
    cell[at] = cellAt[key] ?? 0
    if (failures.pair[i] !== before) {
      pairs[many] = at
      many += 1
    }
    before = failures.pair[i] ?? 0
  }
  pairs[many] = size
  for (const key of keys) cellAt[key] = -1
  return {
    ...{ id: found.id, ...partsOf(found.id), failures: own, cell, cells, pairs: pairs.slice(0, many + 1) },
    ...{ successes, tables: [] },
    ...{ step: 0, llr: 0, threshold: 0, score: -1, fineStep: 0, fineLlr: 0, pending: false, dropped: false },
  }
}
