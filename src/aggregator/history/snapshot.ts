import { type Reason, reasons as reasonWords } from '../../model/failure.ts'
import type { Cell, Matrix } from '../../model/matrix.ts'
import { createByteReader, createByteWriter } from './bytes.ts'
import { readCells, writeCells } from './cells.ts'
import { rowsOf, shaped } from './shape.ts'

/** Keeps bytes that many snapshots have in common, and tells their number. */
export type KeepPart = (bytes: Uint8Array) => number

/** All matrices at one time: what is new in them, and the number of the part that says how they look. */
export interface Snapshot {
  readonly outline: number
  readonly cells: Uint8Array
}

/** What hardly ever changes from minute to minute. Prints as JSON; numbers are those of parts. */
interface Outline {
  /** As they were numbered when this was written: a later version may have more. */
  readonly reasons: readonly Reason[]
  readonly matrices: readonly MatrixOutline[]
}

interface MatrixOutline {
  /** All of the matrix but rows, columns and cells. */
  readonly about: Omit<Matrix, 'rows' | 'columns' | 'cells'>
  readonly rows: Names
  readonly columns: Names
  readonly shape: number
}

/** The first `listed` names are those of the matrix; the others only have cells. */
interface Names {
  readonly part: number
  readonly listed: number
}

/** Each matrix is let go of before the next is asked for. */
export function writeSnapshot(matrices: Iterable<Matrix>, keep: KeepPart): Snapshot {
  const reasons = Object.keys(reasonWords) as Reason[]
  const writer = createByteWriter()
  const keepNames = createNamesKeeper(keep)
  const outlines = [
    ...Iterator.from(matrices).map(({ rows, columns, cells, ...about }) => {
      const rowNames = withStrays(rows, [cells])
      const columnNames = withStrays(columns, cells.values())
      const shape = shaped(cells, rowNames, columnNames)
      const section = createByteWriter()
      section.number(shape.passing.length)
      section.block(shape.passing)
      writeCells(section, shape.cells, reasons)
      writer.number(section.written().length)
      writer.block(section.written())
      return {
        about,
        rows: { part: keepNames(rowNames), listed: rows.length },
        columns: { part: keepNames(columnNames), listed: columns.length },
        shape: keep(shape.steady),
      }
    }),
  ]
  const outline: Outline = { reasons, matrices: outlines }
  return { outline: keep(json(outline)), cells: writer.written() }
}

/** Reads those matrices that are `wanted`. Throws when the bytes are not those of a snapshot. */
export function readSnapshot(
  { outline, cells }: Snapshot,
  part: (id: number) => Uint8Array,
  wanted: (about: MatrixOutline['about']) => boolean,
): readonly Matrix[] {
  const parts = new Map<number, unknown>()
  const named = (id: number) => {
    if (!parts.has(id)) parts.set(id, parsed(part(id)))
    return parts.get(id) as readonly string[]
  }
  const { reasons, matrices } = parsed(part(outline)) as Outline
  const reader = createByteReader(cells)
  return matrices.flatMap(({ about, rows, columns, shape }) => {
    const section = reader.block(reader.number())
    if (!wanted(about)) return []
    const [rowNames, columnNames] = [named(rows.part), named(columns.part)]
    return [
      {
        ...about,
        rows: rowNames.slice(0, rows.listed),
        columns: columnNames.slice(0, columns.listed),
        cells: mapped(section, part(shape), { reasons, rowNames, columnNames }),
      },
    ]
  })
}

interface Words {
  readonly reasons: readonly Reason[]
  readonly rowNames: readonly string[]
  readonly columnNames: readonly string[]
}

function mapped(section: Uint8Array, steady: Uint8Array, { reasons, rowNames, columnNames }: Words): Matrix['cells'] {
  const reader = createByteReader(section)
  const rows = [...rowsOf(steady), ...rowsOf(reader.block(reader.number()))]
  const count = rows.reduce((sum, { columns }) => sum + columns.length, 0)
  const cells = readCells(reader, count, reasons)
  const matrix = new Map<string, Map<string, Cell>>()
  let at = 0
  for (const { row, columns } of rows) {
    const name = rowNames[row] ?? ''
    const known = matrix.get(name) ?? new Map<string, Cell>()
    matrix.set(name, known)
    for (const column of columns) {
      const cell = cells[at++]
      if (cell !== undefined) known.set(columnNames[column] ?? '', cell)
    }
  }
  return matrix
}

/** The names listed, and then those that cells have beside them: nodes that have just left, for example. */
function withStrays(listed: readonly string[], maps: Iterable<ReadonlyMap<string, unknown>>): readonly string[] {
  const known = new Set(listed)
  const strays = new Set<string>()
  for (const map of maps) for (const name of map.keys()) if (!known.has(name)) strays.add(name)
  return strays.size === 0 ? listed : [...listed, ...[...strays].sort()]
}

/** Most matrices have the same names: they are written once for all in a row. */
function createNamesKeeper(keep: KeepPart): (names: readonly string[]) => number {
  let last: readonly string[] = []
  let part: number | undefined
  return (names) => {
    const isKept = names.length === last.length && names.every((name, at) => name === last[at])
    if (part === undefined || !isKept) part = keep(json(names))
    last = names
    return part
  }
}

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}

function parsed(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
}
