import { type Alike, gainOf, gather } from './alike.ts'
import type { Belief } from './belief.ts'
import { type Cell, cellBehind, cellKey, partsOf } from './candidate.ts'
import { coarse, profiles } from './responses.ts'
import { thresholdOf } from './score.ts'
import { failureRate, successLlrOf } from './severity-table.ts'
import { successesOf } from './successes.ts'

/**
 * Of these hypotheses those whose score could be above zero. Most suspects are cleared by their successes, before it is
 * worth the while to look at them pair by pair: without the limit of each pair, all failures that are alike count at
 * once.
 */
export function worthTrying(
  belief: Belief,
  ids: readonly number[],
  wanted: (failure: number) => boolean = () => true,
): readonly number[] {
  const { geometry, counts, covers } = belief.scene
  const bySuspect = Map.groupBy(ids, (id) => partsOf(id).suspect)
  return [...bySuspect].flatMap(([suspect, own]) => {
    const alike = alikeOf(belief, suspect, wanted)
    const cells = alike.map(({ key }) => cellBehind(covers, key))
    const successes = successesOf(geometry, counts, suspect)
    return own.filter((id) => {
      const { mode } = partsOf(id)
      const threshold = thresholdOf(belief, mode)
      return coarse.some(
        (step) => successLlrOf(successes, mode, step) + gainOfAll(alike, cells, mode, step) > threshold,
      )
    })
  })
}

function gainOfAll(alike: readonly Alike[], cells: readonly Cell[], mode: number, step: number): number {
  let nats = 0
  for (let at = 0; at < alike.length; at++) {
    const each = alike[at]
    const cell = cells[at]
    if (each === undefined || cell === undefined) continue
    nats += each.n * gainOf(each, failureRate(mode, step, cell), profiles[mode]?.[cell.kind]?.[cell.class] ?? 0)
  }
  return nats
}

/** Failures that a suspect's modes cannot tell apart, by how it is touched, kind and class. */
function alikeOf(belief: Belief, suspect: number, wanted: (failure: number) => boolean): readonly Alike[] {
  const { failures, covers } = belief.scene
  const { from, failure, touch } = covers.bySuspect
  const { all, add } = gather(belief)
  for (let entry = from[suspect] ?? 0; entry < (from[suspect + 1] ?? 0); entry++) {
    const i = failure[entry] ?? 0
    if (!wanted(i)) continue
    add(cellKey(touch[entry] ?? 0, failures.kind[i] ?? 0, failures.class[i] ?? 0), i)
  }
  return all
}
