import { type Belief, logFailure } from './belief.ts'

/** Of the explanations that failures with one key have, the last so many are compared: the same may be listed twice. */
const lookedAt = 8

/** Failures with one key that are explained alike: whatever is added to the belief is worth as much for each of them. */
export interface Alike {
  readonly index: number
  readonly key: number
  readonly rate: number
  readonly classRate: number
  readonly log: number
  n: number
  /** Those of the same key before. */
  readonly before: Alike | undefined
}

export interface Gathering {
  readonly all: readonly Alike[]
  /** Counts a failure in; returns with which it is alike. */
  add(key: number, failure: number): Alike
}

/** Gathers failures by what cannot tell them apart. Keys, from 0 on, are the caller's. */
export function gather({ rate: rates, classRate: classRates, log, scene: { failures } }: Belief): Gathering {
  const all: Alike[] = []
  const last: (Alike | undefined)[] = []
  return {
    all,
    add(key, failure) {
      const rate = rates[failure] ?? 0
      const classRate = classRates[failure] ?? 0
      const n = failures.n[failure] ?? 0
      const same = find(last[key], rate, classRate)
      if (same !== undefined) {
        same.n += n
        return same
      }
      const first = { index: all.length, key, rate, classRate, log: log[failure] ?? 0, n, before: last[key] }
      last[key] = first
      all.push(first)
      return first
    },
  }
}

/** How much better each of them is explained when this rate is added, of which so much looks like them; in nats. */
export function gainOf({ rate, classRate, log }: Alike, own: number, shape: number): number {
  return own === 0 ? 0 : logFailure(rate + own, classRate + own * shape) - log
}

function find(last: Alike | undefined, rate: number, classRate: number): Alike | undefined {
  let one = last
  for (let looked = 0; one !== undefined && looked < lookedAt; looked++) {
    if (one.rate === rate && one.classRate === classRate) return one
    one = one.before
  }
  return undefined
}
