import type { MatrixCell, MatrixTable } from '../../model/api.ts'

/** A matrix whose cells are found by both ends. */
export interface Grid {
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  cell(row: string, column: string): MatrixCell | undefined
  /** Rows and columns that are not in it because nothing of them fails, or because there are too many. */
  readonly leftOut: { readonly rows: number; readonly columns: number }
}

/** More cannot be taken in at a glance. */
const shownAtMost = 40

export function gridOf({ rows, columns, cells }: MatrixTable): Grid {
  const bySource = new Map<string, Map<string, MatrixCell>>()
  for (const cell of cells) {
    const row = bySource.get(cell.source) ?? new Map<string, MatrixCell>()
    bySource.set(cell.source, row.set(cell.target, cell))
  }
  return { rows, columns, cell: (row, column) => bySource.get(row)?.get(column), leftOut: { rows: 0, columns: 0 } }
}

/**
 * The same, or where that has more rows or columns than can be shown, only those that have failures: of too many of
 * these, the ones with the most failing cells.
 */
export function reduced(grid: Grid, columnsAtMost: number): Grid {
  const most = Math.max(1, Math.min(shownAtMost, columnsAtMost))
  if (grid.columns.length <= most && grid.rows.length <= shownAtMost) return grid
  const failing = grid.rows.flatMap((row) =>
    grid.columns.flatMap((column) => ((grid.cell(row, column)?.failures ?? 0) > 0 ? [{ row, column }] : [])),
  )
  const columns =
    grid.columns.length <= most
      ? grid.columns
      : worst(
          grid.columns,
          failing.map(({ column }) => column),
          most,
        )
  const rows =
    grid.rows.length <= shownAtMost
      ? grid.rows
      : worst(
          grid.rows,
          failing.map(({ row }) => row),
          shownAtMost,
        )
  return {
    ...{ ...grid, rows, columns },
    leftOut: { rows: grid.rows.length - rows.length, columns: grid.columns.length - columns.length },
  }
}

/** In their own order. */
function worst(names: readonly string[], failures: readonly string[], atMost: number): readonly string[] {
  const counts = new Map<string, number>()
  for (const name of failures) counts.set(name, (counts.get(name) ?? 0) + 1)
  const failing = [...counts].sort(([, a], [, b]) => b - a).slice(0, atMost)
  const kept = new Set(failing.map(([name]) => name))
  return names.filter((name) => kept.has(name))
}
