import { gunzipSync } from 'node:zlib'

import type { RoundInput, ViewLine } from '../model/recording.ts'
import { keyOfView, ndjson } from '../model/recording-lines.ts'
import { type PackedInput, type Thin, unpackInput } from './packed-input.ts'
import { packText } from './told-round.ts'

/** The last inputs of the diagnosis, to be downloaded and judged again elsewhere: `docs/rounds.md`. */
export interface Recording {
  add(input: PackedInput): void
  /** The newest `window` inputs whose round ended not after `untilMs`, Unix milliseconds, oldest first. */
  inputs(window: number, untilMs: number, thin?: Thin): readonly RoundInput[]
  /** All that is kept as one gzip stream of lines, oldest first; an empty one when nothing is. */
  gzipped(): Buffer
  /** The same as text. */
  text(): string
  /** Of what is kept, compressed. */
  readonly bytes: number
}

export interface RecordingLimits {
  readonly roundsAtMost: number
  /** Of what is kept, compressed. */
  readonly bytesAtMost: number
  /** So many rounds are kept whatever they weigh; one when absent. */
  readonly roundsAtLeast?: number
}

interface Kept {
  readonly input: PackedInput
  /** Of the view alone, which is told only where it changes. */
  readonly viewText: string
  readonly pull: Uint8Array
  readonly events: Uint8Array
}

export function createRecording({ roundsAtMost, bytesAtMost, roundsAtLeast = 1 }: RecordingLimits): Recording {
  const kept: Kept[] = []
  let bytes = 0

  function textOf(view: ViewLine): string {
    const last = kept.at(-1)
    // The same objects until the cluster changes: its text is long, and kept once.
    if (last !== undefined && isSame(last.input.view, view)) return last.viewText
    const text = keyOfView(view)
    return last?.viewText === text ? last.viewText : text
  }

  return {
    add(input) {
      const { pull, events } = input
      const one = { input, viewText: textOf(input.view), pull: packed([pull]), events: packed(events) }
      kept.push(one)
      bytes += sizeOf(one)
      while (kept.length > roundsAtMost || (bytes > bytesAtMost && kept.length > roundsAtLeast)) {
        const oldest = kept.shift()
        bytes -= oldest === undefined ? 0 : sizeOf(oldest)
      }
    },
    inputs(window, untilMs, thin) {
      const over = kept.filter(({ input: { round, roundSeconds } }) => (round + 1) * roundSeconds * 1000 <= untilMs)
      return over.slice(-window).map(({ input }) => unpackInput(input, thin))
    },
    gzipped: () => whole(kept),
    text: () => (kept.length === 0 ? '' : gunzipSync(whole(kept)).toString('utf8')),
    get bytes() {
      return bytes
    },
  }
}

/** Members of gzip, one after another, are one stream. */
function whole(kept: readonly Kept[]): Buffer {
  return Buffer.concat(
    kept.flatMap(({ input, viewText, pull, events }, i) => {
      const isTold = i > 0 && kept[i - 1]?.viewText === viewText
      return [...(isTold ? [] : [packed([input.view])]), pull, input.packed, events]
    }),
  )
}

function packed(lines: Parameters<typeof ndjson>[0]): Uint8Array {
  return lines.length === 0 ? new Uint8Array(0) : packText(ndjson(lines))
}

function sizeOf({ input, pull, events }: Kept): number {
  return input.packed.length + pull.length + events.length
}

function isSame(a: ViewLine, b: ViewLine): boolean {
  return a.viewHash === b.viewHash && a.nodes === b.nodes && a.replicas === b.replicas
}
