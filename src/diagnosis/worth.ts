import { type Belief, logFailure } from './belief.ts'
import { partsOf } from './candidate.ts'
import { classCount } from './failure-class.ts'
import { kindCount } from './kinds.ts'
import { coarse, profiles } from './responses.ts'
import { thresholdOf } from './score.ts'
import { failureRate, successLlrOf } from './severity-table.ts'
import { successesOf } from './successes.ts'

/** Of the explanations that failures of one sort have, the last so many are compared: the same may be listed twice. */
const lookedAt = 8

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
  const { geometry, counts } = belief.scene
  const bySuspect = Map.groupBy(ids, (id) => partsOf(id).suspect)
  return [...bySuspect].flatMap(([suspect, own]) => {
    const alike = alikeOf(belief, suspect, wanted)
    const successes = successesOf(geometry, counts, suspect)
    return own.filter((id) => {
      const { mode } = partsOf(id)
      const threshold = thresholdOf(belief, mode)
      return coarse.some((step) => successLlrOf(successes, mode, step) + gainOf(alike, mode, step) > threshold)
    })
  })
}

/** Failures that a suspect's modes cannot tell apart and that are explained alike. */
interface Alike {
  readonly kind: number
  readonly class: number
  readonly role: number
  readonly scale: number
  readonly rate: number
  readonly classRate: number
  readonly log: number
  n: number
  /** The one of the same sort before. */
  readonly before: Alike | undefined
}

function gainOf(alike: readonly Alike[], mode: number, step: number): number {
  let nats = 0
  for (const each of alike) {
    const own = failureRate(mode, step, each)
    if (own === 0) continue
    const shape = profiles[mode]?.[each.kind]?.[each.class] ?? 0
    nats += each.n * (logFailure(each.rate + own, each.classRate + own * shape) - each.log)
  }
  return nats
}

function alikeOf(belief: Belief, suspect: number, wanted: (failure: number) => boolean): readonly Alike[] {
  const { failures, covers } = belief.scene
  const { from, failure, touch } = covers.bySuspect
  const all: Alike[] = []
  const last: (Alike | undefined)[] = []
  for (let entry = from[suspect] ?? 0; entry < (from[suspect + 1] ?? 0); entry++) {
    const i = failure[entry] ?? 0
    if (!wanted(i)) continue
    const [kind, c, how] = [failures.kind[i] ?? 0, failures.class[i] ?? 0, touch[entry] ?? 0]
    const key = (how * kindCount + kind) * classCount + c
    const [rate, classRate, n] = [belief.rate[i] ?? 0, belief.classRate[i] ?? 0, failures.n[i] ?? 0]
    const same = find(last[key], rate, classRate)
    if (same !== undefined) same.n += n
    else {
      const of = { kind, class: c, role: covers.roles[how] ?? 0, scale: covers.scales[how] ?? 0 }
      last[key] = { ...of, rate, classRate, log: belief.log[i] ?? 0, n, before: last[key] }
      all.push(last[key])
    }
  }
  return all
}

function find(last: Alike | undefined, rate: number, classRate: number): Alike | undefined {
  let one = last
  for (let looked = 0; one !== undefined && looked < lookedAt; looked++) {
    if (one.rate === rate && one.classRate === classRate) return one
    one = one.before
  }
  return undefined
}
