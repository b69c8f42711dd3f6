import type { Cell, Matrix } from '../../src/model/matrix.ts'

/** A matrix as text, to compare at a glance: `failures/attempts`, and a dot where nothing is known. */
export function drawn({ rows, columns, cells }: Matrix): string {
  const lines = rows.map((row) => [row, ...columns.map((column) => drawnCell(cells.get(row)?.get(column)))])
  const table = [['', ...columns], ...lines]
  const widths = table[0]?.map((_, at) => Math.max(...table.map((line) => line[at]?.length ?? 0))) ?? []
  return table
    .map((line) =>
      line
        .map((word, at) => word.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function drawnCell(cell: Cell | undefined): string {
  return cell === undefined ? '.' : `${cell.failures}/${cell.attempts}`
}

/** Takes the indentation of a drawing away, and the empty lines around it. */
export function drawing(text: string): string {
  const lines = text.split('\n').slice(1, -1)
  const indent = Math.min(...lines.slice(1).map((line) => line.search(/\S/)))
  return lines.map((line) => line.slice(indent).trimEnd()).join('\n')
}
