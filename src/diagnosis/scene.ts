import { type Covers, coversOf } from './covers.ts'
import { starvedNodes } from './doubt.ts'
import type { Geometry } from './geometry.ts'
import { kind, kinds } from './kinds.ts'
import { type PairOk, pairOkIn } from './pair-ok.ts'
import { type Counts, failureWidth, type Slice, sumOfCounts } from './slice.ts'

/** All failures of a window, sorted by pair: who failed whom belongs together, whatever the kind. */
export interface Failures {
  readonly size: number
  readonly kind: Uint8Array
  readonly source: Int32Array
  readonly target: Int32Array
  readonly class: Uint8Array
  readonly n: Uint8Array
  readonly round: Int32Array
  /** The how-manieth pair. */
  readonly pair: Int32Array
  /** Where it was read, to mark it as explained. */
  readonly slice: Int32Array
  readonly offset: Int32Array
}

/** One window of rounds, ready to be searched. */
export interface Scene {
  readonly geometry: Geometry
  readonly counts: Counts
  readonly rounds: number
  readonly first: number
  readonly last: number
  readonly failures: Failures
  readonly covers: Covers
  readonly slices: readonly Slice[]
  readonly pairOk: PairOk
  /** P(a probe fails without any fault), by kind. */
  readonly noise: Float64Array
  /** Whether a node's pod is watched, ready and the same as before. */
  readonly steady: (node: number) => boolean
  /** Agents that starve, by their own word. */
  readonly starved: ReadonlySet<number>
  /** By suspect, the mode that it is held guilty of since before. */
  readonly held: ReadonlyMap<number, number>
}

export interface SceneParts {
  readonly geometry: Geometry
  readonly slices: readonly Slice[]
  readonly noise: Float64Array
  readonly steady: Scene['steady']
  readonly held: Scene['held']
  /** Whether a failure is left out: explained beyond doubt before. */
  readonly skip: (slice: Slice, offset: number) => boolean
}

const orderLimit = 2 ** 22

export function sceneOf({ geometry, slices, noise, skip, steady, held }: SceneParts): Scene {
  const counts = sumOfCounts(slices)
  const failures = sortedFailures(geometry, slices, skip)
  const [first, last] = [slices[0]?.round ?? 0, slices.at(-1)?.round ?? 0]
  const covers = coversOf(geometry, failures)
  const rounds = slices.length
  const starved = starvedNodes(slices)
  const window = { geometry, counts, failures, covers, slices, noise, steady, starved, held, first, last, rounds }
  return { ...window, pairOk: pairOkIn(window) }
}

/** Calls `visit` for every suspect of the `index`-th failure. */
export function coverOf(
  { covers }: Scene,
  index: number,
  visit: (suspect: number, role: number, scale: number) => void,
): void {
  const { from, suspect, touch, roles, scales } = covers
  const end = from[index + 1] ?? 0
  for (let at = from[index] ?? 0; at < end; at++) {
    const how = touch[at] ?? 0
    visit(suspect[at] ?? 0, roles[how] ?? 0, scales[how] ?? 0)
  }
}

function sortedFailures(geometry: Geometry, slices: readonly Slice[], skip: SceneParts['skip']): Failures {
  const room = slices.reduce((sum, { failures }) => sum + failures.length / failureWidth, 0)
  const [keys, places] = [new Float64Array(room), new Int32Array(2 * room)]
  let size = 0
  slices.forEach((slice, at) => {
    for (let offset = 0; offset < slice.failures.length; offset += failureWidth) {
      if (skip(slice, offset)) continue
      const known = slice.failures[offset] ?? 0
      const source = slice.failures[offset + 1] ?? 0
      const target = slice.failures[offset + 2] ?? 0
      places[2 * size] = at
      places[2 * size + 1] = offset
      keys[size] = pairKey(geometry, known, source, target) * orderLimit + size
      size += 1
    }
  })
  return gathered(slices, keys.subarray(0, size).sort(), places)
}

function gathered(slices: readonly Slice[], keys: Float64Array, places: Int32Array): Failures {
  const size = keys.length
  const ints = () => new Int32Array(size)
  const bytes = () => new Uint8Array(size)
  const found = { kind: bytes(), source: ints(), target: ints(), class: bytes(), n: bytes() }
  const more = { round: ints(), pair: ints(), slice: ints(), offset: ints() }
  let [pair, before] = [-1, -1]
  for (let i = 0; i < size; i++) {
    const key = keys[i] ?? 0
    const at = key % orderLimit
    const [slice, offset] = [places[2 * at] ?? 0, places[2 * at + 1] ?? 0]
    const from = slices[slice]
    const key2 = Math.floor(key / orderLimit)
    if (key2 !== before) pair += 1
    before = key2
    found.kind[i] = from?.failures[offset] ?? 0
    found.source[i] = from?.failures[offset + 1] ?? 0
    found.target[i] = from?.failures[offset + 2] ?? 0
    found.class[i] = from?.failures[offset + 3] ?? 0
    found.n[i] = from?.failures[offset + 4] ?? 0
    more.round[i] = from?.round ?? 0
    more.pair[i] = pair
    more.slice[i] = slice
    more.offset[i] = offset
  }
  return { size, ...found, ...more }
}

function pairKey({ nodes, targets }: Geometry, known: number, source: number, target: number): number {
  const width = nodes + targets + 2
  if (kinds[known]?.place === 'own') return source * width + nodes + targets + (known === kind.ready ? 1 : 0)
  return source * width + (kinds[known]?.place === 'peer' ? target : nodes + target)
}
