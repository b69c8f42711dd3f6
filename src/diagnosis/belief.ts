import { classCount, type Profile } from './failure-class.ts'
import { kindCount } from './kinds.ts'
import type { Scene } from './scene.ts'

/** Explained to this rate, a failure starts no suspicion of its own. */
export const explainedFrom = 0.7

/** What is left of a share that was taken away again. */
const nothing = 1e-9

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
  /** Of what goes to any backend of a Service: the share of them that is broken, and the same weighted by class. */
  readonly broken: Float64Array
  readonly classBroken: Float64Array
  /** The rate of noise by kind, and `log` of a failure that nothing touches, by kind and class. */
  readonly noiseRate: Float64Array
  readonly noiseLog: Float64Array
}

export function newBelief(scene: Scene): Belief {
  const { size, kind, class: classes } = scene.failures
  const [rate, classRate, log] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)]
  const [broken, classBroken] = [new Float64Array(size), new Float64Array(size)]
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
  return { scene, rate, classRate, log, touched: new Uint8Array(size), broken, classBroken, noiseRate, noiseLog }
}

/** Adds what one hypothesis says of the `index`-th failure; `shape` is how much of what it fails is of that class. */
export function explain(belief: Belief, index: number, rate: number, shape: number): void {
  add(belief, index, rate, rate * shape)
}

/**
 * The same of a broken share of what is behind a Service: a request goes to one backend only, so such shares exclude each
 * other and add up as they are. Two broken halves fail everything; as independent causes they would fail three quarters.
 */
export function explainShare(belief: Belief, index: number, share: number, shape: number): void {
  const { broken, classBroken } = belief
  const [before, classBefore] = [broken[index] ?? 0, classBroken[index] ?? 0]
  const [after, classAfter] = [before + share, classBefore + share * shape]
  broken[index] = after
  classBroken[index] = classAfter
  const [rateBefore, rateAfter] = [rateOf(before), rateOf(after)]
  const classRate = ofClass(rateAfter, classAfter, after) - ofClass(rateBefore, classBefore, before)
  add(belief, index, rateAfter - rateBefore, classRate)
}

/** Of a rate, what belongs to the class. */
function ofClass(rate: number, weighted: number, share: number): number {
  return share < nothing ? 0 : (rate * weighted) / share
}

function add(belief: Belief, index: number, rate: number, classRate: number): void {
  const base = belief.noiseRate[belief.scene.failures.kind[index] ?? 0] ?? 0
  const sum = Math.max(base, (belief.rate[index] ?? 0) + rate)
  const classSum = Math.max(1e-12, (belief.classRate[index] ?? 0) + classRate)
  belief.rate[index] = sum
  belief.classRate[index] = classSum
  belief.touched[index] = 1
  belief.log[index] = logFailure(sum, classSum)
}

/** ln P(fails, in this class). */
export function logFailure(rate: number, classRate: number): number {
  return Math.log((-Math.expm1(-rate) / rate) * classRate)
}

/** The rate of independent causes that fails this share; almost all is all that anybody can know. */
export function rateOf(share: number): number {
  return -Math.log1p(-Math.min(0.995, share))
}

function noiseOf(c: number): number {
  return noiseProfile[c] ?? 0.1
}
