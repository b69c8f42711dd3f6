import type { RoundInput } from '../model/recording.ts'
import { keyOfView, linesOf, ndjson } from '../model/recording-lines.ts'

/** Writes rounds down as lines of a recording; the view only where it differs from the one before. */
export function createRecordingLines(): (input: RoundInput) => string {
  let before = ''
  return (input) => {
    const known = keyOfView(input.view)
    const isTold = known === before
    before = known
    return ndjson([...(isTold ? [] : [input.view]), ...linesOf(input)])
  }
}
