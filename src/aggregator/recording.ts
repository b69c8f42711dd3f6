import { gunzipSync, gzipSync } from 'node:zlib'

import type { RoundInput, ViewLine } from '../model/recording.ts'
import { keyOfView, linesOf, ndjson } from '../model/recording-lines.ts'

/** The last inputs of the diagnosis, to be downloaded and judged again elsewhere: `docs/rounds.md`. */
export interface Recording {
  add(input: RoundInput): void
  /** All that is kept as one gzip stream of lines, oldest first; an empty one when nothing is. */
  gzipped(): Buffer
  /** The same as text. */
  text(): string
}

export interface RecordingLimits {
  readonly roundsAtMost: number
  /** Of what is kept, compressed. */
  readonly bytesAtMost: number
}

interface Kept {
  readonly view: ViewLine
  /** Of the view alone, which is told only where it changes. */
  readonly viewText: string
  readonly lines: Buffer
}

/** Fast rather than small: a round of a large mesh is some megabytes, and there is one every few seconds. */
const level = 1

export function createRecording({ roundsAtMost, bytesAtMost }: RecordingLimits): Recording {
  const kept: Kept[] = []
  let bytes = 0

  function whole(): Buffer {
    // Members of gzip, one after another, are one stream.
    return Buffer.concat(
      kept.flatMap(({ view, viewText, lines }, i) => {
        const isTold = i > 0 && kept[i - 1]?.viewText === viewText
        return isTold ? [lines] : [packed(ndjson([view])), lines]
      }),
    )
  }

  return {
    add(input) {
      const lines = packed(ndjson(linesOf(input)))
      kept.push({ view: input.view, viewText: keyOfView(input.view), lines })
      bytes += lines.length
      while (kept.length > roundsAtMost || (bytes > bytesAtMost && kept.length > 1))
        bytes -= kept.shift()?.lines.length ?? 0
    },
    gzipped: whole,
    text: () => (kept.length === 0 ? '' : gunzipSync(whole()).toString('utf8')),
  }
}

function packed(text: string): Buffer {
  return gzipSync(text, { level })
}
