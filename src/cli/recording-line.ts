import type { RecordingLine } from '../model/recording.ts'
import { isKind, isRecord, wrongIn } from '../model/round-shape.ts'
import { UsageError } from './usage-error.ts'

/** One line of a recording; undefined for an empty one, and for kinds of a newer program. */
export function lineOf(text: string, number: number): RecordingLine | undefined {
  if (text.trim() === '') return undefined
  const value = parsed(text, number)
  if (!isRecord(value)) throw new UsageError(`line ${number}: expected a JSON object, as docs/rounds.md describes it`)
  const { kind } = value
  if (typeof kind !== 'string')
    throw new UsageError(`line ${number}: has no "kind", which every line of a recording has`)
  if (!isKind(kind)) return undefined
  const wrong = wrongIn(kind, value)
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
