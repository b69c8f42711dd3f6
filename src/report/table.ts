import { type Cell, failureRatio, type Matrix } from '../model/matrix.ts'
import { fitted, painted } from './table-style.ts'

const most = 0.9

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
  const failing = all.filter((cell) => failureRatio(cell) >= most).length
  const partly = all.filter((cell) => cell.failures > 0).length - failing
  const name = fitted(` ${check}${variant === undefined ? '' : ` ${variant}`}`, width - 9)
  if (failing > 0) return `${name}${painted('red', fitted(`✕ ${failing}/${all.length}`, 9))}`
  if (partly > 0) return `${name}${painted('yellow', fitted(`~ ${partly}/${all.length}`, 9))}`
  return `${name}${painted('green', fitted(`✓ ${all.length}`, 9))}`
}

function cellText(cell: Cell | undefined, width: number): string {
  if (cell === undefined || cell.attempts === 0) return painted('dim', fitted(' ?', width))
  const ratio = failureRatio(cell)
  if (ratio === 0) return painted('green', fitted(' ·', width))
  if (ratio >= most) return ` ${painted('onRed', fitted('✕', width - 1))}`
  return painted('yellow', fitted(` ${Math.max(1, Math.round(ratio * 100))}`, width))
}

/** `node-3` as `3`, when all are nodes: what all have in common is no news. */
function shortened(names: readonly string[]): readonly string[] {
  const prefix = /^(.*?)\d+$/.exec(names[0] ?? '')?.[1] ?? ''
  const common = names.every((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
  return common && names.length > 3 ? names.map((name) => name.slice(prefix.length)) : names
}
