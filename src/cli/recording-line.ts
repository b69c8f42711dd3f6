import type { RecordingLine } from '../model/recording.ts'
import { UsageError } from './usage-error.ts'

/** What a field has to be: a type, or a list of records with fields. */
type Shape = 'text' | 'number' | 'flag' | 'list' | readonly [Fields]
interface Fields {
  readonly [name: string]: Shape
}

const cell = { check: 'text', family: 'number' } as const

/** The fields that a line of each kind cannot be without; `docs/rounds.schema.json` says more. */
const kinds: Readonly<Record<RecordingLine['kind'], Fields>> = {
  view: {
    round: 'number',
    nodes: [{ node: 'text', zone: 'text', podUid: 'text', ready: 'flag', cordoned: 'flag' }],
    replicas: [{ check: 'text', name: 'text' }],
  },
  round: {
    ...{ round: 'number', bootId: 'text', seq: 'number', node: 'text', zone: 'text', podUid: 'text', viewHash: 'text' },
    ...{ roundSeconds: 'number', starvedScore: 'number', draining: 'flag' },
    ok: [{ ...cell, n: 'number' }],
    stable: [{ ...cell, peer: 'text', ok: 'number', failed: 'number', latency: 'list' }],
    fails: [{ ...cell, target: 'text', n: 'number', failed: 'number', reason: 'text', phase: 'text' }],
    received: [{ from: 'text', family: 'number', expected: 'number', got: 'number', sameView: 'flag' }],
  },
  pull: { round: 'number', tried: 'number', failed: [{ node: 'text', reason: 'text' }] },
  event: { round: 'number', node: 'text', podUid: 'text', unreachable: [{ check: 'text', target: 'text' }] },
}

/** One line of a recording; undefined for an empty one, and for kinds of a newer program. */
export function lineOf(text: string, number: number): RecordingLine | undefined {
  if (text.trim() === '') return undefined
  const value = parsed(text, number)
  if (!isRecord(value)) throw new UsageError(`line ${number}: expected a JSON object, as docs/rounds.md describes it`)
  const { kind } = value
  if (typeof kind !== 'string')
    throw new UsageError(`line ${number}: has no "kind", which every line of a recording has`)
  if (!isKind(kind)) return undefined
  const wrong = wrongIn(value, kinds[kind], '')
  if (wrong !== undefined)
    throw new UsageError(`line ${number}: ${kind}: ${wrong}; docs/rounds.schema.json says what it has to be`)
  return value as unknown as RecordingLine
}

function parsed(text: string, number: number): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new UsageError(`line ${number}: no JSON (${why.slice(0, 120)}); a recording has one JSON object a line`, {
      cause: error,
    })
  }
}

/** What is missing or of another type, as a path and a sentence. */
function wrongIn(value: Readonly<Record<string, unknown>>, fields: Fields, path: string): string | undefined {
  for (const [name, shape] of Object.entries(fields)) {
    const wrong = wrongField(value[name], shape, `${path}${name}`)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function wrongField(value: unknown, shape: Shape, path: string): string | undefined {
  const found = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 40)
  const expected = (what: string) => `${path}: expected ${what}, got ${found}`
  if (shape === 'text') return typeof value === 'string' ? undefined : expected('a text')
  if (shape === 'flag') return typeof value === 'boolean' ? undefined : expected('true or false')
  if (shape === 'number') {
    return typeof value === 'number' && Number.isFinite(value) && value >= 0
      ? undefined
      : expected('a number from 0 on')
  }
  if (!Array.isArray(value)) return expected('a list')
  if (shape === 'list') return undefined
  for (const [index, item] of value.entries()) {
    const at = `${path}[${index}]`
    const wrong = isRecord(item) ? wrongIn(item, shape[0], `${at}.`) : `${at}: expected an object`
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isKind(kind: string): kind is RecordingLine['kind'] {
  return Object.hasOwn(kinds, kind)
}
