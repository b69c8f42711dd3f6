import { RefusedError } from './refused-error.ts'
import { timeMs } from './time-text.ts'

/** One thing that may stand in a query: what it means, and how it is read. */
export interface Parameter<T> {
  readonly doc: string
  /** JSON Schema of the text or number, for `/openapi.json`. */
  readonly schema: Readonly<Record<string, unknown>>
  /** In the words of an error: `a whole number from 1 to 24`. */
  readonly expected: string
  /** What it is when it is not given. */
  readonly fallback: T
  /** Undefined when it is not what was expected. */
  readonly read: (text: string, nowMs: number) => T | undefined
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>

export type ValuesOf<P extends Parameters> = { readonly [Name in keyof P]: P[Name]['fallback'] }

/** Refuses what is not known: a misspelt parameter would be a wrong answer that looks right. */
export function readParameters<P extends Parameters>(parameters: P, search: URLSearchParams, nowMs: number) {
  for (const name of search.keys()) {
    if (!Object.hasOwn(parameters, name)) throw new RefusedError(400, `${shown(name)}: ${knownOf(parameters)}`)
    if (search.getAll(name).length > 1) throw new RefusedError(400, `${name}: expected once`)
  }
  const values = Object.entries(parameters).map(([name, { expected, fallback, read }]) => {
    const text = search.get(name)
    if (text === null) return [name, fallback]
    const value = read(text, nowMs)
    if (value === undefined) throw new RefusedError(400, `${name}: expected ${expected}, got ${shown(text)}`)
    return [name, value]
  })
  return Object.fromEntries(values) as ValuesOf<P>
}

/** A whole number. */
export function count(usual: number, atMost: number, doc: string): Parameter<number> {
  return {
    doc,
    schema: { type: 'integer', minimum: 1, maximum: atMost, default: usual },
    expected: `a whole number from 1 to ${atMost}`,
    fallback: usual,
    read(text) {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : 0
      return value >= 1 && value <= atMost ? value : undefined
    },
  }
}

/** One of a closed list. */
export function oneOf<T extends string>(list: readonly T[], doc: string): Parameter<T | undefined> {
  return {
    doc,
    schema: { enum: list },
    expected: `one of ${list.join(', ')}`,
    fallback: undefined,
    read: (text) => list.find((one) => one === text),
  }
}

/** A moment, in Unix milliseconds. */
export function time(usual: string, doc: string): Parameter<number | undefined> {
  return {
    doc: `${doc}; ${usual} when absent`,
    schema: { type: 'string', examples: ['2026-01-05T10:00:00Z', '-15m'] },
    expected: 'a time such as 2026-01-05T10:00:00Z, or one before now such as -15m (s, m, h or d)',
    fallback: undefined,
    read: timeMs,
  }
}

/** What a page told as `next`. */
export function cursor(doc = '`next` of the page before'): Parameter<string | undefined> {
  return {
    doc,
    schema: { type: 'string', minLength: 1, maxLength: 512 },
    expected: 'what a page told as "next"',
    fallback: undefined,
    read: (text) => (text.length > 0 && text.length <= 512 ? text : undefined),
  }
}

function knownOf(parameters: Parameters): string {
  const names = Object.keys(parameters)
  return names.length === 0 ? 'expected no parameter' : `no such parameter; known: ${names.join(', ')}`
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
