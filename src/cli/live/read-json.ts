import type { ErrorAnswer } from '../../model/api.ts'
import { UsageError } from '../usage-error.ts'
import type { Answer } from './ask.ts'
import { UnreachedError } from './unreached-error.ts'

/**
 * The JSON object of an answer. What could steer a terminal is taken out of its texts: they are printed, and names
 * come from the network. Undefined when it is none.
 */
export function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(harmless(text))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** An answer of the aggregator's API, as `docs/api.md` has it, with at least these fields. */
export function answerIn<T extends object>({ status, text }: Answer, fields: readonly (keyof T & string)[]): T {
  const value = objectIn(text)
  if (status === 200 && value !== undefined && fields.every((field) => Object.hasOwn(value, field))) return value as T
  const said = errorIn(value) ?? text.slice(0, 200).trim()
  if (status === 400) throw new UsageError(`the aggregator says: ${said}`)
  if (status !== 200) throw new UnreachedError(`the aggregator answered ${status}: ${said}`)
  const missing = fields.find((field) => value === undefined || !Object.hasOwn(value, field))
  throw new UnreachedError(`expected an answer with "${missing}", got something else; is this an aggregator?`)
}

/** What an aggregator says instead of an answer. */
export function errorIn(value: Readonly<Record<string, unknown>> | undefined): ErrorAnswer['error'] | undefined {
  return typeof value?.['error'] === 'string' ? value['error'] : undefined
}

const control = /\\(?:["\\/]|[bfnrt]|u[0-9a-f]{4})|[\u0080-\u009f]/gi
const steering = /^(?:\\[bfnrt]|\\u00(?:[0189][0-9a-f]|7f)|[\u0080-\u009f])$/i

/** The same JSON, without what could steer a terminal. */
export function harmless(json: string): string {
  return json.replace(control, (found) => (steering.test(found) ? ' ' : found))
}
