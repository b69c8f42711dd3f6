const msPerUnit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

/** One setting: how to read it, what it is when absent, and what it means. */
export interface Field<T> {
  readonly fallback: T
  /** The default as one would write it in a file. */
  readonly written: unknown
  readonly doc: string
  /** What may be written, as a noun: `a whole number from 0 to 9`. */
  readonly expects: string
  /** JSON Schema of what may be written. */
  readonly schema: Readonly<Record<string, unknown>>
  /** A variable that Kubernetes fills and that stands in for the default. */
  readonly variable?: string
  /** What a file would say for a text of the environment or the command line. */
  fromText(text: string): unknown
  /** Throws a RangeError that says what was expected and what was found; the reader adds which setting it was. */
  parse(raw: unknown): T
}

/** The values that a table of fields reads. */
export type ValuesOf<Table> = { readonly [Name in keyof Table]: Table[Name] extends Field<infer T> ? T : never }

export type Fields = Readonly<Record<string, Field<unknown>>>

export function duration(fallback: string, { min, max }: { min: string; max: string }, doc: string): Field<number> {
  const [least, most] = [millis(min), millis(max)]
  const expects = `a duration from ${min} to ${max}`
  return {
    fallback: millis(fallback),
    written: fallback,
    doc,
    expects,
    schema: { type: 'string', pattern: '^\\d+(ms|s|m|h)$' },
    fromText: asIs,
    parse(raw) {
      const ms = typeof raw === 'string' ? millis(raw) : Number.NaN
      if (ms >= least && ms <= most) return ms
      throw refusal(`${expects} such as "${fallback}"`, raw)
    },
  }
}

export function integer(fallback: number, { min, max }: { min: number; max: number }, doc: string): Field<number> {
  const expects = `a whole number from ${min} to ${max}`
  return {
    fallback,
    written: fallback,
    doc,
    expects,
    schema: { type: 'integer', minimum: min, maximum: max },
    fromText: (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : text),
    parse(raw) {
      if (typeof raw === 'number' && Number.isInteger(raw) && raw >= min && raw <= max) return raw
      throw refusal(expects, raw)
    },
  }
}

export function port(fallback: number, doc: string): Field<number> {
  return integer(fallback, { min: 0, max: 65_535 }, doc)
}

export function flag(fallback: boolean, doc: string): Field<boolean> {
  const expects = 'true or false'
  return {
    fallback,
    written: fallback,
    doc,
    expects,
    schema: { type: 'boolean' },
    fromText: (text) => (text === 'true' ? true : text === 'false' ? false : text),
    parse(raw) {
      if (typeof raw === 'boolean') return raw
      throw refusal(expects, raw)
    },
  }
}

/** Any text; `''` means "not set" where the doc says so. */
export function text(fallback: string, doc: string): Field<string> {
  const expects = 'text'
  return {
    fallback,
    written: fallback,
    doc,
    expects,
    schema: { type: 'string', maxLength: 1024 },
    fromText: asIs,
    parse(raw) {
      if (typeof raw === 'string' && raw.length <= 1024) return raw
      throw refusal(`${expects} of at most 1024 characters`, raw)
    },
  }
}

export function choice<const T extends string>(options: readonly T[], fallback: T, doc: string): Field<T> {
  const expects = `one of ${options.join(', ')}`
  return {
    fallback,
    written: fallback,
    doc,
    expects,
    schema: { enum: options },
    fromText: asIs,
    parse(raw) {
      const found = options.find((option) => option === raw)
      if (found !== undefined) return found
      throw refusal(expects, raw)
    },
  }
}

/** A list of texts; in the environment and on the command line, separated by commas. */
export function texts(fallback: readonly string[], doc: string): Field<readonly string[]> {
  const expects = 'a list of texts'
  return {
    fallback,
    written: fallback,
    doc,
    expects,
    schema: { type: 'array', items: { type: 'string' }, maxItems: 256 },
    fromText: (text) => text.split(',').filter((item) => item !== ''),
    parse(raw) {
      if (Array.isArray(raw) && raw.length <= 256 && raw.every((item) => typeof item === 'string')) return raw
      throw refusal(`${expects}, at most 256`, raw)
    },
  }
}

/** The same setting, whose default Kubernetes fills in through a variable of the pod. */
export function filledBy<T>(variable: string, field: Field<T>): Field<T> {
  return { ...field, variable }
}

export function refusal(expects: string, raw: unknown): RangeError {
  return new RangeError(`expected ${expects}, got ${show(raw)}`)
}

export function show(raw: unknown): string {
  const json = JSON.stringify(raw) ?? String(raw)
  return json.length > 80 ? `${json.slice(0, 77)}…` : json
}

function asIs(text: string): string {
  return text
}

function millis(text: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? []
  return Number(amount) * msPerUnit[unit as keyof typeof msPerUnit]
}
