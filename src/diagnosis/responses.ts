import { rateOf } from './belief.ts'
import type { Profile } from './failure-class.ts'
import { kindCount } from './kinds.ts'
import { modes } from './modes/list.ts'
import { roleCount } from './roles.ts'

/** Severities that are tried, the worst first. */
export const severities: readonly number[] = [
  0.98, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.33, 0.27, 0.23, 0.2, 0.167, 0.14, 0.125, 0.11, 0.1, 0.083, 0.07, 0.06, 0.05,
  0.042, 0.035, 0.03, 0.025, 0.02, 0.015, 0.01,
]
/** Those that the search tries; the others make the last step finer, so that no residual looks like a second fault. */
export const coarse: readonly number[] = [0, 3, 6, 10, 15, 19, 24]
/** From this one on a mode may use its own evidence only. */
export const ownEvidenceFrom = 8

const certain = 0.995

/** P(fail) by mode, severity, kind and role. */
const table = new Float64Array(modes.length * severities.length * kindCount * roleCount)
modes.forEach((mode, index) => {
  severities.forEach((severity, step) => {
    for (let kind = 0; kind < kindCount; kind++) {
      for (let role = 0; role < roleCount; role++)
        table[place(index, step, kind, role)] = Math.min(certain, mode.fails(kind, role, severity))
    }
  })
})

/** By mode, kind and role. */
const breakable = Uint8Array.from({ length: modes.length * kindCount * roleCount }, (_, index) => {
  const [role, kind] = [index % roleCount, Math.floor(index / roleCount) % kindCount]
  const mode = Math.floor(index / roleCount / kindCount)
  return responseOf(mode, 0, kind, role) > 0 || responseOf(mode, ownEvidenceFrom, kind, role) > 0 ? 1 : 0
})

const rates = table.map(rateOf)

export function responseOf(mode: number, step: number, kind: number, role: number): number {
  return table[place(mode, step, kind, role)] ?? 0
}

/** `rateOf` the response. */
export function wholeRateOf(mode: number, step: number, kind: number, role: number): number {
  return rates[place(mode, step, kind, role)] ?? 0
}

/** What failures of each kind look like under each mode. */
export const profiles: readonly (readonly Profile[])[] = modes.map((mode) =>
  Array.from({ length: kindCount }, (_, kind) => mode.profile(kind)),
)

/** Whether the mode can break such a probe at all, at any severity. */
export function canFail(mode: number, kind: number, role: number): boolean {
  return breakable[(mode * kindCount + kind) * roleCount + role] === 1
}

function place(mode: number, step: number, kind: number, role: number): number {
  return ((mode * severities.length + step) * kindCount + kind) * roleCount + role
}
