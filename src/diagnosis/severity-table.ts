import { rateOf } from './belief.ts'
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
  /** By cell, the rate at which it fails. */
  readonly rates: Float64Array
  /** What all its successes speak against it: exact and independent of other hypotheses. */
  readonly successLlr: number
  /** By pair, the part of that which is the pair's. Absent as long as nobody has asked. */
  pairs: Float64Array | undefined
}

export function tableOf(candidate: Candidate, step: number): SeverityTable {
  const known = candidate.tables[step]
  if (known !== undefined && known.profile === candidate.profile) return known
  const rates = Float64Array.from(candidate.cells, (cell) => failureRate(candidate.mode, step, cell))
  const { profile } = candidate
  const made = { profile, rates, successLlr: successLlrOf(candidate.successes, candidate.mode, step), pairs: undefined }
  candidate.tables[step] = made
  return made
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
  if (step >= ownEvidenceFrom && isOthers({ kind, role, scale })) return 0
  return scale === 1 ? wholeRateOf(mode, step, kind, role) : rateOf(responseOf(mode, step, kind, role) * scale)
}

/**
 * A faint mode may use its own evidence only: not that of pods which happen to run on the node, nor a share of what
 * is behind a Service. Else a thousand askers make an accusation of the noise.
 */
export function isOthers({ kind: known, role: touch, scale }: Touch): boolean {
  return scale < 1 || (touch === role.hosts && kinds[known]?.place === 'replica') || known === kind.report
}
