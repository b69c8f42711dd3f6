import type { MatrixTable } from '../../model/api.ts'
import type { Paint } from '../check-text.ts'
import { markOf, shortened } from '../table-cells.ts'
import { fitted } from '../table-style.ts'
import { type Grid, gridOf, reduced } from './grid.ts'

const narrowest = 4

/** One matrix for so many columns of text; what is unknown is `?`, never green. */
export function matrixLines(matrix: MatrixTable, width: number, paint: Paint): readonly string[] {
  const whole = gridOf(matrix)
  const margin = Math.min(marginAtMost(width), Math.max(...matrix.rows.map((row) => row.length), 0) + narrowest)
  const grid = reduced(whole, Math.floor((width - margin) / narrowest))
  if (grid.rows.length === 0 || grid.columns.length === 0) return leftOutLines(grid)
  return [...cellLines(grid, width, paint), ...leftOutLines(grid)]
}

function cellLines({ rows, columns, cell }: Grid, width: number, paint: Paint): readonly string[] {
  const { heads, asks, legend } = labelsOf(rows, columns, width)
  const margin = Math.max(...asks.map((name) => name.length))
  const each = Math.max(narrowest, ...heads.map((head) => head.length + 1))
  return [
    paint('quiet', `${' '.repeat(margin)}${heads.map((head) => head.padStart(each)).join('')}`),
    ...rows.map((row, index) => {
      const marks = columns.map((column) => {
        const known = cell(row, column)
        if (known === undefined && row === column) return ' '.repeat(each)
        const { mark, tone } = markOf(known)
        return `${' '.repeat(each - mark.length)}${paint(tone, mark)}`
      })
      return `${paint('quiet', (asks[index] ?? '').padEnd(margin))}${marks.join('')}`.trimEnd()
    }),
    ...legend,
  ]
}

interface Labels {
  readonly heads: readonly string[]
  readonly asks: readonly string[]
  /** What the numbers at the top mean, where the names at the left do not say it. */
  readonly legend: readonly string[]
}

/** The names themselves, or numbers where they are too long for the width. */
function labelsOf(rows: readonly string[], columns: readonly string[], width: number): Labels {
  const asks = shortened(rows).map((name) => fitted(name, Math.min(marginAtMost(width), name.length)))
  const heads = shortened(columns)
  const margin = Math.max(...asks.map((name) => name.length))
  const each = Math.max(narrowest, ...heads.map((head) => head.length + 1))
  if (margin + each * columns.length <= width) return { heads, asks, legend: [] }
  const numbers = new Map(columns.map((column, index) => [column, String(index + 1)]))
  const known = new Set(rows)
  const digits = String(columns.length).length
  return {
    heads: [...numbers.values()],
    asks: rows.map((row) =>
      fitted(
        `${(numbers.get(row) ?? '').padStart(digits)} ${row}`,
        Math.min(marginAtMost(width), digits + 1 + row.length),
      ),
    ),
    legend: [...numbers].flatMap(([name, number]) => (known.has(name) ? [] : [`${number.padStart(digits)} = ${name}`])),
  }
}

/** Of the names at the left; a longer one is cut. */
function marginAtMost(width: number): number {
  return Math.min(42, Math.floor(width / 2))
}

function leftOutLines({ rows, columns, leftOut }: Grid): readonly string[] {
  const parts = [
    ...(leftOut.rows > 0 ? [`${leftOut.rows} of ${leftOut.rows + rows.length} rows`] : []),
    ...(leftOut.columns > 0 ? [`${leftOut.columns} of ${leftOut.columns + columns.length} columns`] : []),
  ]
  if (parts.length === 0) return rows.length === 0 ? ['nothing is known'] : []
  return [`left out: ${parts.join(' and ')}, those without failures first; -o json or csv has all`]
}
