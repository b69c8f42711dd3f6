import { classCount, type Profile } from './failure-class.ts'
import { kindCount } from './kinds.ts'
import type { Scene } from './scene.ts'

/** Explained to this rate, a failure starts no suspicion of its own. */
export const explainedFrom = 0.7

/** Of failures without a fault, how many are of each class. */
const noiseProfile: Profile = [0.8, 0.1, 0.1]

/**
 * What the accepted hypotheses say of every failure (noisy or): the rates at which they and the noise make such a
 * probe fail add up, in `rate`; weighted by how often each would fail in this class, in `classRate`.
 */
export interface Belief {
  readonly scene: Scene
  readonly rate: Float64Array
  readonly classRate: Float64Array
  /** ln P(the failure as it was seen). */
  readonly log: Float64Array
  readonly touched: Uint8Array
  /** The rate of noise by kind, and `log` of a failure that nothing touches, by kind and class. */
  readonly noiseRate: Float64Array
  readonly noiseLog: Float64Array
}

export function newBelief(scene: Scene): Belief {
  const { size, kind, class: classes } = scene.failures
  const [rate, classRate, log] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)]
  const noiseRate = scene.noise.map((share) => -Math.log1p(-share))
  const noiseLog = new Float64Array(kindCount * classCount)
  for (let known = 0; known < kindCount; known++) {
    const base = noiseRate[known] ?? 0
    for (let c = 0; c < classCount; c++) noiseLog[known * classCount + c] = logFailure(base, base * noiseOf(c))
  }
  for (let i = 0; i < size; i++) {
    const [known, c] = [kind[i] ?? 0, classes[i] ?? 0]
    const base = noiseRate[known] ?? 0
    rate[i] = base
    classRate[i] = base * noiseOf(c)
    log[i] = noiseLog[known * classCount + c] ?? 0
  }
  return { scene, rate, classRate, log, touched: new Uint8Array(size), noiseRate, noiseLog }
}

/** Adds (or with a negative rate takes away) what one hypothesis says of the `index`-th failure. */
export function explain(belief: Belief, index: number, rate: number, share: number): void {
  const base = belief.noiseRate[belief.scene.failures.kind[index] ?? 0] ?? 0
  const sum = Math.max(base, (belief.rate[index] ?? 0) + rate)
  const classSum = Math.max(1e-12, (belief.classRate[index] ?? 0) + rate * share)
  belief.rate[index] = sum
  belief.classRate[index] = classSum
  belief.touched[index] = 1
  belief.log[index] = logFailure(sum, classSum)
}

/** ln P(fails, in this class). */
export function logFailure(rate: number, classRate: number): number {
  return Math.log((-Math.expm1(-rate) / rate) * classRate)
}

export function rateOf(share: number): number {
  return -Math.log1p(-Math.min(0.995, share))
}

function noiseOf(c: number): number {
  return noiseProfile[c] ?? 0.1
}
