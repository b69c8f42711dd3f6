import { type Matrix, naturally } from '../../../src/model/matrix.ts'

/** What a matrix shows of a fault, in words for a table: `peer_http: 10 of 36 cells (timeout)`. */
export function summaryOf(matrices: readonly Matrix[]): readonly string[] {
  return matrices
    .map(lineOf)
    .filter((line) => line !== '')
    .sort(naturally)
}

function lineOf({ check, variant, cells }: Matrix): string {
  const all = [...cells.values()].flatMap((row) => [...row.values()])
  const failing = all.filter(({ failures }) => failures > 0)
  if (failing.length === 0) return ''
  const partly = failing.filter(({ failures, attempts }) => failures < attempts).length
  const reasons = [...new Set(failing.flatMap((cell) => Object.keys(cell.reasons)))].sort()
  const name = `\`${check}\`${variant === undefined ? '' : ` ${variant}`}`
  const gray = partly === 0 ? '' : `, ${partly === failing.length ? 'all' : partly} of them now and then`
  return `${name} ${failing.length} of ${all.length}${gray} (${reasons.join(', ')})`
}
