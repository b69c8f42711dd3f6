import type { Cell, Matrix } from '../../model/matrix.ts'
import { createByteReader, createByteWriter } from './bytes.ts'

/** Which cells a matrix has, as bytes, and these cells in the same order. */
export interface Shaped {
  /** Equal from minute to minute: those of every pair that is always asked, whatever the order in the maps. */
  readonly steady: Uint8Array
  /** Those that only failed: most are there because they did, so these are others every time. */
  readonly passing: Uint8Array
  /** First the steady ones. */
  readonly cells: readonly Cell[]
}

/** Takes a matrix apart into where its cells are and what they hold. The names are all that `matrix` has. */
export function shaped(matrix: Matrix['cells'], rows: readonly string[], columns: readonly string[]): Shaped {
  const columnAt = new Map(columns.map((name, at) => [name, at]))
  const [steady, passing] = [createShapeWriter(), createShapeWriter()]
  for (const [at, name] of rows.entries()) {
    const row = matrix.get(name)
    if (row === undefined) continue
    const [kept, added]: [Placed[], Placed[]] = [[], []]
    for (const [column, cell] of row) {
      const placed = { column: columnAt.get(column) ?? 0, cell }
      if (onlyFailed(cell)) added.push(placed)
      else kept.push(placed)
    }
    steady.row(at, kept)
    passing.row(at, added)
  }
  return { steady: steady.written(), passing: passing.written(), cells: [...steady.cells, ...passing.cells] }
}

/** A row of a shape: the number of its name, and of the names of its columns. */
export interface ShapedRow {
  readonly row: number
  readonly columns: readonly number[]
}

export function rowsOf(bytes: Uint8Array): readonly ShapedRow[] {
  const reader = createByteReader(bytes)
  const rows: ShapedRow[] = []
  let row = -1
  while (!reader.isAtEnd) {
    row += reader.number()
    let column = -1
    const columns: number[] = []
    for (let left = reader.number(); left > 0; left--) {
      column += reader.number()
      columns.push(column)
    }
    rows.push({ row, columns })
  }
  return rows
}

interface Placed {
  readonly column: number
  readonly cell: Cell
}

function onlyFailed({ attempts, failures, p50Ms }: Cell): boolean {
  return failures > 0 && (failures >= attempts || p50Ms === undefined)
}

/** Numbers as steps from the one before: they stay small, and equal where the pattern is. */
function createShapeWriter() {
  const writer = createByteWriter()
  const cells: Cell[] = []
  let lastRow = -1
  return {
    cells,
    row(at: number, placed: Placed[]): void {
      if (placed.length === 0) return
      writer.number(at - lastRow)
      lastRow = at
      writer.number(placed.length)
      let lastColumn = -1
      for (const { column, cell } of placed.sort((a, b) => a.column - b.column)) {
        writer.number(column - lastColumn)
        lastColumn = column
        cells.push(cell)
      }
    },
    written: writer.written,
  }
}
