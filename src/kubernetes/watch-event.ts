import { ApiError } from './api-error.ts'
import { record, text, wholeNumber } from './json.ts'

export interface WatchEvent {
  /** An object is there as it says, or gone; or nothing but time has passed. */
  readonly kind: 'put' | 'drop' | 'bookmark'
  readonly object: unknown
  /** From where a later watch goes on. */
  readonly version: string
}

const kinds: Readonly<Record<string, WatchEvent['kind']>> = {
  ADDED: 'put',
  MODIFIED: 'put',
  DELETED: 'drop',
  BOOKMARK: 'bookmark',
}

/** One line of a watch. Throws an ApiError when the server says that it cannot go on, or says nothing that we know. */
export function eventIn(line: string): WatchEvent {
  const { type, object } = record(parsed(line))
  if (type === 'ERROR') {
    const { code, message } = record(object)
    throw new ApiError(wholeNumber(code), `The watch ended with ${wholeNumber(code)}: ${text(message).slice(0, 300)}`)
  }
  const kind = Object.hasOwn(kinds, text(type)) ? kinds[text(type)] : undefined
  const version = text(record(record(object)['metadata'])['resourceVersion'])
  if (kind === undefined || version === '') {
    throw new ApiError(0, `Expected an event of a watch, got ${JSON.stringify(line.slice(0, 100))}`)
  }
  return { kind, object, version }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
