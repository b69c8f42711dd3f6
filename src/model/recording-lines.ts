import type { RecordingLine, RoundInput, ViewLine } from './recording.ts'

/**
 * What a recording has of one round, without the view. The pull comes first: it says which round begins, also where all
 * that arrived is of rounds before.
 */
export function linesOf({ pull, rounds, events }: RoundInput): readonly RecordingLine[] {
  return [pull, ...rounds, ...events]
}

/** Equal for two views that say the same; a recording tells a view only where it differs from the one before. */
export function keyOfView({ round: _, ...known }: ViewLine): string {
  return JSON.stringify(known)
}

/** Lines of JSON, each with its end. */
export function ndjson(lines: readonly RecordingLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}
