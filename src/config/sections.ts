import { type Field, type Fields, refusal, type ValuesOf } from './fields.ts'
import { hintFor } from './nearest.ts'

const atMost = 10_000

/** A list of sections, each read by its own table. Only a file can hold one. */
export function sections<Table extends Fields>(table: Table, doc: string): Field<readonly ValuesOf<Table>[]> {
  const expects = 'a list of sections'
  return {
    fallback: [],
    written: [],
    doc,
    expects,
    schema: { type: 'array', maxItems: atMost, items: schemaOf(table) },
    fromText: (text) => text,
    parse(raw) {
      if (!Array.isArray(raw) || raw.length > atMost) throw refusal(`${expects}, at most ${atMost}`, raw)
      return raw.map((item, index) => readRow(table, item, index))
    },
  }
}

function schemaOf(table: Fields): Readonly<Record<string, unknown>> {
  const properties = Object.entries(table).map(([name, { schema, doc, written }]) => [
    name,
    { description: doc, default: written, ...schema },
  ])
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) }
}

function readRow<Table extends Fields>(table: Table, raw: unknown, index: number): ValuesOf<Table> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new RangeError(`item ${index}: ${refusal('a section', raw).message}`)
  }
  const known = Object.keys(table)
  const odd = Object.keys(raw).find((name) => !known.includes(name))
  if (odd !== undefined) throw new RangeError(`item ${index}: no setting "${odd}"; ${hintFor(odd, known)}`)
  const given = new Map(Object.entries(raw))
  const values = Object.entries(table).map(([name, field]) => [name, readCell(field, given.get(name), index, name)])
  return Object.fromEntries(values)
}

function readCell(field: Field<unknown>, raw: unknown, ...[index, name]: [number, string]): unknown {
  try {
    return raw === undefined ? field.fallback : field.parse(raw)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RangeError(`item ${index}, ${name}: ${error.message}`, { cause: error })
  }
}
