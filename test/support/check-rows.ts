import type { Check, Variant } from '../../src/model/check.ts'
import type { Reason } from '../../src/model/failure.ts'
import type { CheckRow } from '../../src/report/check-report.ts'

/** Rows written as `check[/variant] target [reason]`, one a line. */
export function rowsFrom(drawn: string): readonly CheckRow[] {
  const lines = drawn.split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '').map(rowFrom)
}

function rowFrom(line: string): CheckRow {
  const [what = '', target = '', reason] = line.split(/\s+/)
  const [check, variant] = what.split('/')
  const failure =
    reason === undefined ? {} : { failure: { reason: reason as Reason, phase: 'connect' as const, detail: '' } }
  const kind = { check: check as Check, ...(variant !== undefined && { variant: variant as Variant }) }
  return { ...kind, target, ipFamily: 4, address: '10.0.0.1', port: 80, ms: 1.5, ...failure }
}
