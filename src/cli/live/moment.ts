import type { Given } from '../command.ts'
import { UsageError } from '../usage-error.ts'

const msPer = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * The moment that an option names, Unix milliseconds: ISO 8601, or `15m`, `-24h`, `7d` before now. Undefined without the
 * option; throws a UsageError for what is no moment, or in the future.
 */
export function momentIn(given: Given, option: string, nowMs: number): number | undefined {
  const written = given.value(option)
  if (written === undefined) return undefined
  const [, count, unit] = /^-?(\d{1,9})([smhd])$/.exec(written) ?? []
  const ms = count === undefined ? isoMs(written) : nowMs - Number(count) * msPer[unit as keyof typeof msPer]
  if (ms <= nowMs && ms > 0) return ms
  throw new UsageError(`--${option}: expected a time before now, as 2026-11-21T17:00:00Z or 15m, got "${written}"`)
}

function isoMs(written: string): number {
  return /^\d{4}-\d\d-\d\d([T ].*)?$/.test(written) ? Date.parse(written) : Number.NaN
}
