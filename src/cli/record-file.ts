import { closeSync, openSync, writeSync } from 'node:fs'

import type { RoundInput } from '../model/recording.ts'
import { createRecordingLines } from './recording-lines.ts'
import { UsageError } from './usage-error.ts'

/** A file that takes rounds as they come. */
export function openRecording(path: string): { write(input: RoundInput): void; close(): void } {
  const file = opened(path)
  const linesOf = createRecordingLines()
  return {
    write: (input) => void writeSync(file, linesOf(input)),
    close: () => closeSync(file),
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'w')
  } catch (error) {
    throw new UsageError(`--record: ${path} cannot be written: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    })
  }
}
