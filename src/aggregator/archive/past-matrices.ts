import type { MatrixAnswer, MatrixQuery } from '../../model/api.ts'
import type { Matrix } from '../../model/matrix.ts'
import type { History } from '../history/history.ts'
import { wantedBy } from './live-matrices.ts'
import { matrixAnswer } from './matrix-tables.ts'

/** The answer from the snapshot of that minute; one without matrices when there is none. */
export function pastMatrices(query: MatrixQuery, history: History | undefined, askedMs: number): MatrixAnswer {
  const found = history?.matricesAt(askedMs, query.check)
  const isWanted = wantedBy(query)
  const isOfLevel = ({ level }: Matrix) => (level === 'zone') === (query.level === 'zone')
  const matrices = found?.matrices.filter((matrix) => isOfLevel(matrix) && isWanted(matrix.check)) ?? []
  if (found === undefined || matrices.length === 0) return { level: query.level, window: 0, matrices: [] }
  const newest = matrices.reduce((latest, { cells }) => Math.max(latest, newestRound(cells)), 0)
  // A snapshot is taken within seconds of the end of its newest round, and rounds are counted from 1970: that is exact.
  const roundSeconds = Math.round(found.atMs / (newest + 1)) / 1000
  return matrixAnswer(matrices, { query, askedMs, roundSeconds, window: 0, newest })
}

function newestRound(cells: Matrix['cells']): number {
  let newest = 0
  for (const row of cells.values()) for (const { round } of row.values()) newest = Math.max(newest, round)
  return newest
}
