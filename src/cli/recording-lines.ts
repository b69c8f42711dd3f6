import type { RecordingLine, RoundInput, ViewLine } from '../model/recording.ts'

/** Writes rounds down as lines of a recording; the view only where it differs from the one before. */
export function createRecordingLines(): (input: RoundInput) => string {
  let before = ''
  return ({ view, rounds, pull, events }) => {
    const known = JSON.stringify({ ...view, round: 0 } satisfies ViewLine)
    const lines: readonly RecordingLine[] = [...(known === before ? [] : [view]), ...rounds, pull, ...events]
    before = known
    return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  }
}
