const msPerUnit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

/** One setting: how to read it, what it is when absent, and what it means. */
export interface Field<T> {
  readonly fallback: T
  /** The default as one would write it in a file. */
  readonly written: unknown
  readonly doc: string
  /** JSON Schema of what may be written. */
  readonly schema: Readonly<Record<string, unknown>>
  /** Throws a RangeError that says what was expected and what was found; the reader adds which setting it was. */
  parse(raw: unknown): T
}

/** The settings of a section, written as a table: `FieldsOf<{ port: number }>` has one row, `port`. */
export type FieldsOf<Options> = { readonly [Name in keyof Options]: Field<Options[Name]> }

/** The values that a table of fields reads. */
export type ValuesOf<Table> = { readonly [Name in keyof Table]: Table[Name] extends Field<infer T> ? T : never }

export type Fields = Readonly<Record<string, Field<unknown>>>

export function duration(fallback: string, { min, max }: { min: string; max: string }, doc: string): Field<number> {
  const [least, most] = [millis(min), millis(max)]
  return {
    fallback: millis(fallback),
    written: fallback,
    doc,
    schema: { type: 'string', pattern: '^\\d+(ms|s|m|h)$' },
    parse(raw) {
      const ms = typeof raw === 'string' ? millis(raw) : Number.NaN
      if (ms >= least && ms <= most) return ms
      throw new RangeError(`expected a duration from ${min} to ${max} such as "${fallback}", got ${show(raw)}`)
    },
  }
}

export function integer(fallback: number, { min, max }: { min: number; max: number }, doc: string): Field<number> {
  return {
    fallback,
    written: fallback,
    doc,
    schema: { type: 'integer', minimum: min, maximum: max },
    parse(raw) {
      const value = typeof raw === 'string' && /^-?\d+$/.test(raw) ? Number(raw) : raw
      if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
      throw new RangeError(`expected a whole number from ${min} to ${max}, got ${show(raw)}`)
    },
  }
}

export function port(fallback: number, doc: string): Field<number> {
  return integer(fallback, { min: 0, max: 65_535 }, doc)
}

export function flag(fallback: boolean, doc: string): Field<boolean> {
  return {
    fallback,
    written: fallback,
    doc,
    schema: { type: 'boolean' },
    parse(raw) {
      if (raw === true || raw === 'true') return true
      if (raw === false || raw === 'false') return false
      throw new RangeError(`expected true or false, got ${show(raw)}`)
    },
  }
}

/** Any text; `''` means "not set" where the doc says so. */
export function text(fallback: string, doc: string): Field<string> {
  return {
    fallback,
    written: fallback,
    doc,
    schema: { type: 'string', maxLength: 1024 },
    parse(raw) {
      if (typeof raw === 'string' && raw.length <= 1024) return raw
      throw new RangeError(`expected text of at most 1024 characters, got ${show(raw)}`)
    },
  }
}

export function choice<const T extends string>(options: readonly T[], fallback: T, doc: string): Field<T> {
  return {
    fallback,
    written: fallback,
    doc,
    schema: { enum: options },
    parse(raw) {
      const found = options.find((option) => option === raw)
      if (found !== undefined) return found
      throw new RangeError(`expected one of ${options.join(', ')}, got ${show(raw)}`)
    },
  }
}

/** A list of texts; in the environment and on the command line, separated by commas. */
export function texts(fallback: readonly string[], doc: string): Field<readonly string[]> {
  return {
    fallback,
    written: fallback,
    doc,
    schema: { type: 'array', items: { type: 'string' }, maxItems: 256 },
    parse(raw) {
      const list = typeof raw === 'string' ? raw.split(',').filter((item) => item !== '') : raw
      if (Array.isArray(list) && list.length <= 256 && list.every((item) => typeof item === 'string')) return list
      throw new RangeError(`expected a list of at most 256 texts, got ${show(raw)}`)
    },
  }
}

/** A list of sections, each read by its own table. Only a file can hold one. */
export function sections<Table extends Fields>(table: Table, doc: string): Field<readonly ValuesOf<Table>[]> {
  return {
    fallback: [],
    written: [],
    doc,
    schema: { type: 'array', maxItems: 10_000, items: schemaOf(table) },
    parse(raw) {
      if (!Array.isArray(raw) || raw.length > 10_000) throw new RangeError(`expected a list, got ${show(raw)}`)
      return raw.map((item, index) => readRow(table, item, index))
    },
  }
}

export function schemaOf(table: Fields): Readonly<Record<string, unknown>> {
  const properties = Object.entries(table).map(([name, { schema, doc, written }]) => [
    name,
    { description: doc, default: written, ...schema },
  ])
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) }
}

export function show(raw: unknown): string {
  const json = JSON.stringify(raw) ?? String(raw)
  return json.length > 80 ? `${json.slice(0, 77)}…` : json
}

function readRow<Table extends Fields>(table: Table, raw: unknown, index: number): ValuesOf<Table> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new RangeError(`item ${index}: expected a section, got ${show(raw)}`)
  }
  const known = Object.keys(table)
  const odd = Object.keys(raw).find((name) => !known.includes(name))
  if (odd !== undefined) throw new RangeError(`item ${index}: no setting "${odd}"; known: ${known.join(', ')}`)
  const given = new Map(Object.entries(raw))
  const values = known.map((name) => {
    const field = table[name]
    const value = given.get(name)
    try {
      return [name, value === undefined ? field?.fallback : field?.parse(value)]
    } catch (error) {
      throw new RangeError(`item ${index}, ${name}: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      })
    }
  })
  return Object.fromEntries(values)
}

function millis(text: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? []
  return Number(amount) * msPerUnit[unit as keyof typeof msPerUnit]
}
