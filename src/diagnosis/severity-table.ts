import { type Belief, logFailure, rateOf } from './belief.ts'
import type { Candidate } from './candidate.ts'
import type { Profile } from './failure-class.ts'
import { kind, kindCount, kinds } from './kinds.ts'
import { ownEvidenceFrom, profiles, responseOf, wholeRateOf } from './responses.ts'
import { role } from './roles.ts'
import type { Scene } from './scene.ts'
import { type Successes, successWidth } from './successes.ts'

/** What a candidate says at one severity, worked out when it is first asked for. */
export interface SeverityTable {
  readonly profile: Profile | undefined
  /** By cell, `cellWidth` numbers: the rate at which it fails, and what `gainOf` remembers. */
  readonly cells: Float64Array
  /** What all its successes speak against it: exact and independent of other hypotheses. */
  readonly successLlr: number
  /** By pair, the part of that which is the pair's. Absent as long as nobody has asked. */
  pairs: Float64Array | undefined
}

const memoWidth = 3
const cellWidth = 1 + 2 * memoWidth

export function tableOf(candidate: Candidate, step: number): SeverityTable {
  const known = candidate.tables[step]
  if (known !== undefined && known.profile === candidate.profile) return known
  const cells = new Float64Array(candidate.cells.length * cellWidth)
  candidate.cells.forEach(({ kind, role, scale }, at) => {
    cells[at * cellWidth] = failureRate(candidate.mode, step, { kind, role, scale })
  })
  const { profile } = candidate
  const made = { profile, cells, successLlr: successLlrOf(candidate.successes, candidate.mode, step), pairs: undefined }
  candidate.tables[step] = made
  return made
}

/**
 * How much better the `at`-th failure is explained with the candidate than without. Failures of a cell are mostly
 * explained alike, by nothing yet or by the same hypotheses: so that the logarithms are seldom taken, the last of both
 * is kept.
 */
export function gainOf({ cells }: SeverityTable, belief: Belief, candidate: Candidate, at: number): number {
  const failure = candidate.failures[at] ?? 0
  const cell = candidate.cell[at] ?? 0
  const own = cells[cell * cellWidth] ?? 0
  if (own === 0) return 0
  const memo = cell * cellWidth + 1 + (belief.touched[failure] ?? 0) * memoWidth
  const rate = belief.rate[failure] ?? 0
  const classRate = belief.classRate[failure] ?? 0
  const n = belief.scene.failures.n[failure] ?? 0
  if (cells[memo] === rate && cells[memo + 1] === classRate) return n * (cells[memo + 2] ?? 0)
  const of = candidate.cells[cell]
  const shape = of === undefined ? 0 : profileAt(candidate, of.kind, of.class)
  const gain = logFailure(rate + own, classRate + own * shape) - (belief.log[failure] ?? 0)
  cells[memo] = rate
  cells[memo + 1] = classRate
  cells[memo + 2] = gain
  return n * gain
}

export function pairSuccesses(scene: Scene, candidate: Candidate, step: number): Float64Array {
  const table = tableOf(candidate, step)
  table.pairs ??= pairSuccessesOf(scene, candidate, step)
  return table.pairs
}

export function profileAt(candidate: Candidate, known: number, c: number): number {
  return (candidate.profile ?? profiles[candidate.mode]?.[known])?.[c] ?? 0
}

export function successLlrOf(successes: Successes, mode: number, step: number): number {
  let sum = 0
  for (let i = 0; i < successes.length; i += successWidth) {
    const [kind, role] = [successes[i] ?? 0, successes[i + 1] ?? 0]
    const rate = failureRate(mode, step, { kind, role, scale: successes[i + 2] ?? 0 })
    sum -= (successes[i + 3] ?? 0) * rate
  }
  return sum
}

function pairSuccessesOf({ failures, pairOk }: Scene, candidate: Candidate, step: number): Float64Array {
  const { pairs, mode, cells } = candidate
  const found = new Float64Array(pairs.length - 1)
  const rows: (Float64Array | undefined)[] = []
  for (let pair = 0; pair < found.length; pair++) {
    const at = pairs[pair] ?? 0
    const { touch, role, scale } = cells[candidate.cell[at] ?? 0] ?? nothing
    rows[touch] ??= ratesByKind(mode, step, role, scale)
    const rates = rows[touch]
    const of = failures.pair[candidate.failures[at] ?? 0] ?? 0
    const end = pairOk.from[of + 1] ?? 0
    let sum = 0
    for (let i = pairOk.from[of] ?? 0; i < end; i++) sum -= (pairOk.n[i] ?? 0) * (rates[pairOk.kind[i] ?? 0] ?? 0)
    found[pair] = sum
  }
  return found
}

const nothing = { touch: 0, role: 0, scale: 0 }

function ratesByKind(mode: number, step: number, role: number, scale: number): Float64Array {
  const rates = new Float64Array(kindCount)
  for (let known = 0; known < kindCount; known++) rates[known] = failureRate(mode, step, { kind: known, role, scale })
  return rates
}

interface Touch {
  readonly kind: number
  readonly role: number
  readonly scale: number
}

export function failureRate(mode: number, step: number, { kind, role, scale }: Touch): number {
  if (isOthers(step, kind, role, scale)) return 0
  return scale === 1 ? wholeRateOf(mode, step, kind, role) : rateOf(responseOf(mode, step, kind, role) * scale)
}

/**
 * A faint mode may use its own evidence only: not that of pods which happen to run on the node, nor a share of what
 * is behind a Service. Else a thousand askers make an accusation of the noise.
 */
function isOthers(step: number, known: number, touch: number, share: number): boolean {
  if (step < ownEvidenceFrom) return false
  return share < 1 || (touch === role.hosts && kinds[known]?.place === 'replica') || known === kind.report
}
