import type { Check } from '../model/check.ts'
import type { Reason } from '../model/failure.ts'
import type { CheckRow } from './check-report.ts'

/** The conversations of one path, seen by what fails and what does not. */
export interface Sight {
  /** The first target that fails. */
  readonly first: string
  readonly failing: boolean
  /** Whether no conversation at all succeeded. */
  readonly everything: boolean
  /** Whether external names fail, and nothing else does. */
  readonly externalOnly: boolean
  /** Whether external names fail wherever they were asked. */
  readonly externalEverywhere: boolean
  /** Whether nothing but this check fails. */
  only(check: Check): boolean
  /** Whether this check was made and never failed. */
  fine(check: Check): boolean
  /** Whether every failure has one of these reasons. */
  because(...reasons: readonly Reason[]): boolean
}

export function sightOf(rows: readonly CheckRow[]): Sight {
  const failed = rows.filter(fails)
  const external = rows.filter(({ variant }) => variant === 'external')
  return {
    first: failed[0]?.target ?? '',
    failing: failed.length > 0,
    everything: failed.length === rows.length,
    externalOnly: failed.every(({ variant }) => variant === 'external'),
    externalEverywhere: external.length > 0 && external.every(fails),
    only: (check) => failed.every((row) => row.check === check),
    fine(check) {
      const own = rows.filter((row) => row.check === check)
      return own.length > 0 && !own.some(fails)
    },
    because: (...reasons) => failed.every(({ failure }) => failure !== undefined && reasons.includes(failure.reason)),
  }
}

function fails({ failure }: CheckRow): boolean {
  return failure !== undefined
}
