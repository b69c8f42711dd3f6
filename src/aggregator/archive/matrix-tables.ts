import type { MatrixAnswer, MatrixCell, MatrixQuery, MatrixTable } from '../../model/api.ts'
import { checkNames } from '../../model/check.ts'
import type { Cell, Matrix } from '../../model/matrix.ts'
import { byName } from './by-name.ts'
import { endMs } from './fresh-rounds.ts'

/** Of one answer, so that it stays below some megabytes in a cluster of any size. */
const cellsAtMost = 50_000

export interface Telling {
  readonly query: MatrixQuery
  /** What time the asker meant: ages are counted to it. */
  readonly askedMs: number
  readonly roundSeconds: number
  /** Rounds that were folded; 0 for a snapshot. */
  readonly window: number
  /** The newest round that was folded; of a snapshot the newest of its cells. */
  readonly newest: number
  /** Those of the answer, also where nothing is known of any; those of the matrices when absent. */
  readonly rows?: readonly string[]
  /** Whether there are rows after them. */
  readonly isCut?: boolean
}

/** One page of matrices: rows after `query.after`, and no more of them than their cells have room. */
export function matrixAnswer(matrices: readonly Matrix[], telling: Telling): MatrixAnswer {
  const { query, askedMs, roundSeconds, window, newest, isCut = false } = telling
  const told = matrices.map((matrix) => tableOf(matrix, telling)).toSorted(inOrder)
  const rows = telling.rows ?? [...new Set(matrices.flatMap((matrix) => matrix.rows))].toSorted(byName)
  const { page, isLast } = pageOfRows(rows, told, query)
  const [wanted, last] = [new Set(page), page.at(-1)]
  return {
    level: query.level,
    at: new Date(Math.min(askedMs, endMs(newest, roundSeconds))).toISOString(),
    window,
    matrices: told.map(({ cellsOf, ...table }) => ({
      ...table,
      rows: page.filter((row) => cellsOf.has(row)),
      cells: [...cellsOf].flatMap(([row, cells]) => (wanted.has(row) ? cells : [])),
    })),
    ...(last !== undefined && (isCut || !isLast) && { next: last }),
  }
}

interface Table extends Omit<MatrixTable, 'cells'> {
  readonly cellsOf: ReadonlyMap<string, readonly MatrixCell[]>
}

/** Who has left since is neither row nor column any more, and its cells are left out. */
function tableOf({ check, variant, rows, columns, cells }: Matrix, telling: Telling): Table {
  const sorted = columns.toSorted(byName)
  const places = new Map(sorted.map((column, at) => [column, at]))
  const cellsOf = rows.map((source) => {
    const row = [...(cells.get(source) ?? [])]
      .map(([target, cell]) => ({ place: places.get(target) ?? -1, target, cell }))
      .filter(({ place, cell }) => place >= 0 && cell.attempts > 0)
      .sort((a, b) => a.place - b.place)
    return [source, row.map(({ target, cell }) => cellOf(source, target, cell, telling))] as const
  })
  return { check, ...(variant && { variant }), rows, columns: sorted, cellsOf: new Map(cellsOf) }
}

export function cellOf(source: string, target: string, cell: Cell, { askedMs, roundSeconds }: Aged): MatrixCell {
  const { attempts, failures, reasons, p50Ms, p99Ms, round } = cell
  return {
    ...{ source, target, attempts, failures, reasons },
    ...(p50Ms !== undefined && { p50Ms: rounded(p50Ms) }),
    ...(p99Ms !== undefined && { p99Ms: rounded(p99Ms) }),
    ageSeconds: Math.max(0, Math.round((askedMs - endMs(round, roundSeconds)) / 1000)),
  }
}

export type Aged = Pick<Telling, 'askedMs' | 'roundSeconds'>

function pageOfRows(rows: readonly string[], tables: readonly Table[], { limit, after }: MatrixQuery) {
  const left = after === undefined ? rows : rows.filter((row) => byName(row, after) > 0)
  const page: string[] = []
  let cells = 0
  for (const row of left) {
    cells += tables.reduce((sum, { cellsOf }) => sum + (cellsOf.get(row)?.length ?? 0), 0)
    // A single row is told whatever its size, else nobody would get past it.
    if (page.length > 0 && (cells > cellsAtMost || page.length === limit)) break
    page.push(row)
  }
  return { page, isLast: page.length === left.length }
}

/** As the table of checks has them, so that nothing changes its place between two answers. */
function inOrder(a: Table, b: Table): number {
  const byCheck = checkNames.indexOf(a.check) - checkNames.indexOf(b.check)
  return byCheck || (a.variant ?? '').localeCompare(b.variant ?? '')
}

function rounded(ms: number): number {
  return Number(ms.toPrecision(3))
}
