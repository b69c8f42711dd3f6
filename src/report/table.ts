import type { Cell, Matrix } from '../model/matrix.ts'
import { fails, markOf, shortened } from './table-cells.ts'
import { fitted, painted } from './table-style.ts'

/** One matrix for a terminal of so many columns; with a mark in every cell, because not everybody sees colours. */
export function matrixLines({ rows, columns, cells }: Matrix, width: number): readonly string[] {
  const asks = shortened(rows)
  const asked = shortened(columns)
  const margin = Math.max(...asks.map((name) => name.length))
  const widest = Math.max(3, ...asked.map((name) => name.length + 1))
  const each = Math.max(3, Math.min(widest, Math.floor((width - margin) / Math.max(1, columns.length))))
  const shown = Math.min(columns.length, Math.floor((width - margin) / each))
  const head = asked.slice(0, shown).map((name) => fitted(` ${name}`, each))
  return [
    painted('dim', `${' '.repeat(margin)}${head.join('')}`),
    ...rows.map((row, r) => {
      const line = columns.slice(0, shown).map((column) => cellText(cells.get(row)?.get(column), each))
      return `${painted('dim', fitted(asks[r] ?? '', margin))}${line.join('')}`
    }),
  ]
}

/** One line: what a matrix is about, and how much of it fails. */
export function matrixLine({ check, variant, cells }: Matrix, width: number): string {
  const all = [...cells.values()].flatMap((line) => [...line.values()])
  const failing = all.filter((cell) => fails(cell)).length
  const partly = all.filter((cell) => cell.failures > 0).length - failing
  const name = fitted(` ${check}${variant === undefined ? '' : ` ${variant}`}`, width - 9)
  if (failing > 0) return `${name}${painted('red', fitted(`✕ ${failing}/${all.length}`, 9))}`
  if (partly > 0) return `${name}${painted('yellow', fitted(`~ ${partly}/${all.length}`, 9))}`
  return `${name}${painted('green', fitted(`✓ ${all.length}`, 9))}`
}

const styles = { good: 'green', bad: 'onRed', warn: 'yellow', quiet: 'dim' } as const

function cellText(cell: Cell | undefined, width: number): string {
  const { mark, tone } = markOf(cell)
  return ` ${painted(styles[tone], fitted(mark, width - 1))}`
}
