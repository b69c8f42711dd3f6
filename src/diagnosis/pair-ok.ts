import { epochRounds } from '../model/peer-choice.ts'
import { kind, kindCount, kinds } from './kinds.ts'
import type { Scene } from './scene.ts'
import { byKind } from './slice.ts'

/** Successes of each failing pair by kind, as many as its schedule lets expect. */
export interface PairOk {
  /** Where each pair's entries begin, and at the end where the last ones end. */
  readonly from: Int32Array
  readonly kind: readonly number[]
  readonly n: readonly number[]
}

type Unpaired = Omit<Scene, 'pairOk'>

export function pairOkIn(scene: Unpaired): PairOk {
  const { size, pair } = scene.failures
  const pairs = size === 0 ? 0 : (pair[size - 1] ?? 0) + 1
  const found = { from: new Int32Array(pairs + 1), kind: [] as number[], n: [] as number[] }
  const attempts = attemptsByKind(scene)
  const expected = new Float32Array(kindCount)
  for (let start = 0; start < size; ) {
    let end = start
    while (end < size && pair[end] === pair[start]) end += 1
    fillPair(scene, { start, end, attempts }, expected.fill(0))
    for (let known = 0; known < kindCount; known++) {
      const n = expected[known] ?? 0
      if (n === 0) continue
      found.kind.push(known)
      found.n.push(n)
    }
    found.from[(pair[start] ?? 0) + 1] = found.kind.length
    start = end
  }
  return found
}

/** How often a pair succeeded at probes of a kind. */
export function pairOkOf({ pairOk: { from, kind: kinds, n } }: Scene, pair: number, known: number): number {
  for (let i = from[pair] ?? 0; i < (from[pair + 1] ?? 0); i++) if (kinds[i] === known) return n[i] ?? 0
  return 0
}

/** Whether the `i`-th failure is of a peer that its asker asks for an epoch only. */
export function isRotating({ failures, slices }: Pick<Scene, 'failures' | 'slices'>, i: number): boolean {
  return slices[failures.slice[i] ?? 0]?.failures[(failures.offset[i] ?? 0) + 5] === 1
}

interface Stretch {
  readonly start: number
  readonly end: number
  readonly attempts: Float64Array
}

function fillPair(scene: Unpaired, { start, end, attempts }: Stretch, expected: Float32Array): void {
  const { failures, counts, rounds } = scene
  const [source, target, known] = [failures.source[start] ?? 0, failures.target[start] ?? 0, failures.kind[start] ?? 0]
  const reported = (node: number) => Math.min(rounds, counts.to.values[byKind(node, kind.report)] ?? 0)
  const rotates = isRotating(scene, start)
  const shown = rotates ? Math.min(reported(source), epochRounds) : reported(source)
  const peer = kinds[known]?.place === 'peer'
  if (peer) {
    for (const each of [kind.http, kind.tcp, kind.udp, kind.mtu]) expected[each] = shown * (kinds[each]?.perRound ?? 1)
    if (!rotates) expected[kind.oneWay] = reported(target) * 3
  }
  for (let i = start; i < end; i++) {
    const each = failures.kind[i] ?? 0
    if (kinds[each]?.place === 'own') expected[each] = rounds
    else if ((expected[each] ?? 0) === 0) expected[each] = shown * (attempts[each] ?? 1)
  }
  for (let i = start; i < end; i++) {
    const each = failures.kind[i] ?? 0
    expected[each] = Math.max(0, (expected[each] ?? 0) - (failures.n[i] ?? 0))
  }
  for (let i = start; i < end; i++) {
    const each = failures.kind[i] ?? 0
    if (kinds[each]?.place !== 'peer') expected[each] = (expected[each] ?? 0) + besideOf(scene, i)
  }
}

/** In the round of the `i`-th failure, what its shared target answered, or the datagrams that came from its node. */
export function besideOf({ failures, slices }: Pick<Scene, 'failures' | 'slices'>, i: number): number {
  return slices[failures.slice[i] ?? 0]?.beside.get(failures.offset[i] ?? 0) ?? 0
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
