import type { MatrixAnswer } from '../../model/api.ts'

/** Two pages as one: a page is a part of the rows, so a matrix may be on several. */
export function joinedMatrices(before: MatrixAnswer, more: MatrixAnswer): MatrixAnswer {
  const byName = new Map(before.matrices.map((matrix) => [`${matrix.check}/${matrix.variant ?? ''}`, matrix]))
  for (const matrix of more.matrices) {
    const name = `${matrix.check}/${matrix.variant ?? ''}`
    const { rows = [], columns = [], cells = [] } = byName.get(name) ?? {}
    byName.set(name, {
      ...matrix,
      rows: [...new Set([...rows, ...matrix.rows])],
      columns: [...new Set([...columns, ...matrix.columns])],
      cells: [...cells, ...matrix.cells],
    })
  }
  return { ...more, matrices: [...byName.values()] }
}
