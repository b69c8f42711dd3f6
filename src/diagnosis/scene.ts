import { epochRounds } from '../model/peer-choice.ts'
import { cover } from './cover.ts'
import type { Geometry } from './geometry.ts'
import { kind, kindCount, kinds } from './kinds.ts'
import { byKind, type Counts, failureWidth, type Slice, sumOfCounts } from './slice.ts'

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
  readonly slices: readonly Slice[]
  /** Successes of each failing pair by kind, as many as its schedule lets expect. */
  readonly pairOk: Float32Array
  /** P(a probe fails without any fault), by kind. */
  readonly noise: Float64Array
  /** Whether a node's pod is watched, ready and the same as before. */
  readonly steady: (node: number) => boolean
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
  const window = { geometry, counts, failures, slices, noise, steady, held, first, last, rounds: slices.length }
  return { ...window, pairOk: expectedSuccesses(window) }
}

/** Calls `visit` for every suspect of the `index`-th failure. */
export function coverOf(
  scene: Scene,
  index: number,
  visit: (suspect: number, role: number, scale: number) => void,
): void {
  const { kind: known, source, target } = scene.failures
  const observed = { kind: known[index] ?? 0, source: source[index] ?? 0, target: target[index] ?? 0 }
  cover(scene.geometry, observed, visit)
}

function sortedFailures(geometry: Geometry, slices: readonly Slice[], skip: SceneParts['skip']): Failures {
  const room = slices.reduce((sum, { failures }) => sum + failures.length / failureWidth, 0)
  const [keys, places] = [new Float64Array(room), new Int32Array(2 * room)]
  let size = 0
  slices.forEach((slice, at) => {
    for (let offset = 0; offset < slice.failures.length; offset += failureWidth) {
      if (skip(slice, offset)) continue
      const [known, source, target] = slice.failures.slice(offset, offset + 3)
      places[2 * size] = at
      places[2 * size + 1] = offset
      keys[size] = pairKey(geometry, known ?? 0, source ?? 0, target ?? 0) * orderLimit + size
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

type Unpaired = Omit<Scene, 'pairOk'>

function expectedSuccesses(scene: Unpaired): Float32Array {
  const { failures } = scene
  const { size, pair } = failures
  const expected = new Float32Array(size === 0 ? 0 : ((pair[size - 1] ?? 0) + 1) * kindCount)
  const attempts = attemptsByKind(scene)
  for (let start = 0; start < size; ) {
    let end = start
    while (end < size && pair[end] === pair[start]) end += 1
    fillPair(scene, { start, end, attempts }, expected)
    start = end
  }
  return expected
}

interface Stretch {
  readonly start: number
  readonly end: number
  readonly attempts: Float64Array
}

function fillPair(scene: Unpaired, { start, end, attempts }: Stretch, expected: Float32Array): void {
  const { failures, counts, slices, rounds } = scene
  const [source, target, known] = [failures.source[start] ?? 0, failures.target[start] ?? 0, failures.kind[start] ?? 0]
  const base = (failures.pair[start] ?? 0) * kindCount
  const reported = (node: number) => Math.min(rounds, counts.to.values[byKind(node, kind.report)] ?? 0)
  const rotates = slices[failures.slice[start] ?? 0]?.failures[(failures.offset[start] ?? 0) + 5] === 1
  const shown = rotates ? Math.min(reported(source), epochRounds) : reported(source)
  const peer = kinds[known]?.place === 'peer'
  if (peer) {
    for (const each of [kind.http, kind.tcp, kind.udp, kind.mtu])
      expected[base + each] = shown * (kinds[each]?.perRound ?? 1)
    if (!rotates) expected[base + kind.oneWay] = reported(target) * 3
  }
  for (let i = start; i < end; i++) {
    const each = failures.kind[i] ?? 0
    if (kinds[each]?.place === 'own') expected[base + each] = rounds
    else if ((expected[base + each] ?? 0) === 0) expected[base + each] = shown * (attempts[each] ?? 1)
  }
  for (let i = start; i < end; i++) {
    const at = base + (failures.kind[i] ?? 0)
    expected[at] = Math.max(0, (expected[at] ?? 0) - (failures.n[i] ?? 0))
  }
}

/** How often a node asks one shared target in a round: fewer than once where nodes take turns. */
function attemptsByKind({ counts, failures, geometry }: Unpaired): Float64Array {
  const attempts = new Float64Array(kindCount).fill(1)
  let reports = 0
  for (let node = 0; node < geometry.nodes; node++) reports += counts.to.values[byKind(node, kind.report)] ?? 0
  const failed = new Float64Array(kindCount)
  for (let i = 0; i < failures.size; i++) {
    const known = failures.kind[i] ?? 0
    failed[known] = (failed[known] ?? 0) + (failures.n[i] ?? 0)
  }
  for (let known = 0; known < kindCount; known++) {
    const row = kinds[known]
    if (row === undefined || row.place === 'peer' || row.place === 'own') continue
    const targets = geometry.atlas.targets.filter(({ check }) => check === row.check).length
    const all = (counts.all.values[known] ?? 0) + (failed[known] ?? 0)
    if (targets > 0 && reports > 0) attempts[known] = Math.min(1, all / (reports * targets))
  }
  return attempts
}
