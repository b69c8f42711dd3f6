import { type Atlas, createAtlas } from '../../src/diagnosis/atlas.ts'
import { type Belief, newBelief } from '../../src/diagnosis/belief.ts'
import { buildCandidates, idOf } from '../../src/diagnosis/candidate.ts'
import { geometryOf } from '../../src/diagnosis/geometry.ts'
import { kind } from '../../src/diagnosis/kinds.ts'
import { modes } from '../../src/diagnosis/modes/list.ts'
import type { Mode } from '../../src/diagnosis/modes/mode.ts'
import { newNoise } from '../../src/diagnosis/noise.ts'
import { sceneOf } from '../../src/diagnosis/scene.ts'
import { score, scoreFinely } from '../../src/diagnosis/score.ts'
import { betweenZones, byKind, newSlice, type Slice } from '../../src/diagnosis/slice.ts'
import { count } from '../../src/diagnosis/tally.ts'
import { verdictOn } from '../../src/diagnosis/valid.ts'

/** One node's datagrams to another in one round. */
export interface Sent {
  readonly from: number
  readonly to: number
  readonly n: number
  readonly lost: number
}

/** What is believed of a crowd in two zones, even nodes in one and odd ones in the other, before anybody is accused. */
export function beliefOf(nodes: number, rounds: readonly (readonly Sent[])[], noise = newNoise()): Belief {
  const atlas = createAtlas()
  for (let node = 0; node < nodes; node++) atlas.node(`n${node}`, node % 2 === 0 ? 'a' : 'b')
  const slices = rounds.map((all, round) => sliceOf(atlas, round, all))
  const geometry = geometryOf(atlas, new Set())
  const parts = { geometry, slices, noise, held: new Map(), steady: () => false, skip: () => false }
  return newBelief(sceneOf(parts))
}

/** What the engine makes of one accusation. */
export function judged(belief: Belief, mode: Mode, index: number) {
  const suspect = belief.scene.geometry.base[mode.suspect] + index
  const [candidate] = buildCandidates(belief.scene, [idOf(modes.indexOf(mode), suspect)])
  if (candidate === undefined) throw new RangeError(mode.fault)
  score(belief, candidate)
  scoreFinely(belief, candidate)
  return { score: candidate.score, threshold: candidate.threshold, verdict: verdictOn(belief, candidate) }
}

function sliceOf(atlas: Atlas, round: number, all: readonly Sent[]): Slice {
  const slice = newSlice(round)
  const { from: asked, to: answered, between, all: sum } = slice.counts
  const known = kind.oneWay
  // Who neither sends nor receives has not reported.
  for (const node of new Set(all.flatMap(({ from, to }) => [from, to]))) count(answered, byKind(node, kind.report), 1)
  for (const { from, to, n, lost } of all) {
    const ok = n - lost
    count(asked, byKind(from, known), ok)
    count(answered, byKind(to, known), ok)
    count(between, betweenZones(atlas.zoneOf[from] ?? 0, atlas.zoneOf[to] ?? 0, known), ok)
    count(sum, known, ok)
    if (lost > 0) slice.failures.push(known, from, to, 0, lost, 0)
  }
  return slice
}
