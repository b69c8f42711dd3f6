import { type Check, checks } from './check.ts'
import { type Reason, reasons } from './failure.ts'
import { latencyBuckets } from './latency.ts'
import type { RecordingLine } from './recording.ts'
import type { Round } from './round.ts'

/** What a field has to be: a type, or a list of records with fields. */
type Shape = 'text' | 'text?' | 'number' | 'flag' | 'list' | 'latency' | readonly [Fields]
interface Fields {
  readonly [name: string]: Shape
}

const cell = { check: 'text', family: 'number' } as const

/** The fields that a line of each kind cannot be without; `docs/rounds.schema.json` says more. */
const kinds: Readonly<Record<RecordingLine['kind'], Fields>> = {
  view: {
    round: 'number',
    nodes: [{ node: 'text', zone: 'text', podUid: 'text', ip: 'text?', ready: 'flag', cordoned: 'flag' }],
    replicas: [{ check: 'text', name: 'text' }],
  },
  round: {
    ...{ round: 'number', bootId: 'text', seq: 'number', node: 'text', zone: 'text', podUid: 'text', viewHash: 'text' },
    ...{ roundSeconds: 'number', starvedScore: 'number', draining: 'flag' },
    ok: [{ ...cell, n: 'number' }],
    stable: [{ ...cell, peer: 'text', ok: 'number', failed: 'number', latency: 'latency' }],
    fails: [{ ...cell, target: 'text', n: 'number', failed: 'number', reason: 'text', phase: 'text' }],
    received: [{ from: 'text', family: 'number', expected: 'number', got: 'number', sameView: 'flag' }],
  },
  pull: { round: 'number', tried: 'number', failed: [{ node: 'text', reason: 'text' }] },
  event: { round: 'number', node: 'text', podUid: 'text', unreachable: [{ check: 'text', target: 'text' }] },
}

/** Those that need not be there, and are not anything when they are. */
const optional: Fields = { peers: [{ node: 'text', checks: 'list' }] }

/** What is missing in a line of that kind or of another type, as a path and a sentence; undefined when it is whole. */
export function wrongIn(kind: RecordingLine['kind'], value: Readonly<Record<string, unknown>>): string | undefined {
  const given = Object.keys(optional).filter((name) => value[name] !== undefined)
  return (
    wrongFields(value, kinds[kind], '') ??
    given.map((name) => wrongField(value[name], optional[name] ?? 'list', name)).find((wrong) => wrong !== undefined)
  )
}

export function isKind(kind: string): kind is RecordingLine['kind'] {
  return Object.hasOwn(kinds, kind)
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The round without what only a newer agent knows: checks that we have no name for are left out. */
export function known(round: Round): Round {
  if (hasOnlyKnown(round)) return round
  const isKnown = ({ check }: { readonly check: Check }) => Object.hasOwn(checks, check)
  const word = (reason: Reason): Reason => (Object.hasOwn(reasons, reason) ? reason : 'unknown')
  return {
    ...round,
    ok: round.ok.filter(isKnown),
    stable: round.stable.filter(isKnown),
    fails: round.fails.filter(isKnown).map((row) => ({ ...row, reason: word(row.reason) })),
  }
}

function hasOnlyKnown({ ok, stable, fails }: Round): boolean {
  return (
    ok.every(({ check }) => Object.hasOwn(checks, check)) &&
    stable.every(({ check }) => Object.hasOwn(checks, check)) &&
    fails.every(({ check, reason }) => Object.hasOwn(checks, check) && Object.hasOwn(reasons, reason))
  )
}

function wrongFields(value: Readonly<Record<string, unknown>>, fields: Fields, path: string): string | undefined {
  for (const name in fields) {
    const shape = fields[name] ?? 'list'
    if (isShape(value[name], shape)) continue
    const wrong = wrongField(value[name], shape, `${path}${name}`)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

/** Whether it is of that type, all records of a list with it: thousands of them are right, and need no path. */
function isShape(value: unknown, shape: Shape): boolean {
  if (shape === 'text') return typeof value === 'string'
  if (shape === 'text?') return value === undefined || typeof value === 'string'
  if (shape === 'flag') return typeof value === 'boolean'
  if (shape === 'number') return typeof value === 'number' && Number.isFinite(value) && value >= 0
  if (!Array.isArray(value)) return false
  if (shape === 'list') return true
  return shape === 'latency'
    ? value.every(isBucket)
    : value.every((item) => isRecord(item) && hasFields(item, shape[0]))
}

function hasFields(value: Readonly<Record<string, unknown>>, fields: Fields): boolean {
  for (const name in fields) if (!isShape(value[name], fields[name] ?? 'list')) return false
  return true
}

function isBucket(value: unknown): boolean {
  if (!Array.isArray(value)) return false
  const [bucket, count] = value
  return Number.isInteger(bucket) && bucket >= 0 && bucket < latencyBuckets && isShape(count, 'number')
}

const expects = {
  text: 'a text',
  'text?': 'a text or nothing',
  flag: 'true or false',
  number: 'a number from 0 on',
  list: 'a list',
  latency: `a list of [bucket below ${latencyBuckets}, count]`,
} as const satisfies Record<string, string>

function wrongField(value: unknown, shape: Shape, path: string): string | undefined {
  if (isShape(value, shape)) return undefined
  const found = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 40)
  if (typeof shape === 'string') return `${path}: expected ${expects[shape]}, got ${found}`
  if (!Array.isArray(value)) return `${path}: expected a list, got ${found}`
  for (const [index, item] of value.entries()) {
    const at = `${path}[${index}]`
    const wrong = isRecord(item) ? wrongFields(item, shape[0], `${at}.`) : `${at}: expected an object`
    if (wrong !== undefined) return wrong
  }
  return undefined
}
