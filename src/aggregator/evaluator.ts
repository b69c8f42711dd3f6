import type { Census } from '../model/census.ts'
import type { Finding } from '../model/finding.ts'
import type { RoundInput, ViewLine } from '../model/recording.ts'
import type { Round } from '../model/round.ts'
import { createArchive } from './archive/archive.ts'
import type { History } from './history/history.ts'
import { keptOfMinute, matricesOf, roundsOfSnapshot } from './minute.ts'
import { openInput, type PackedInput, type Thin } from './packed-input.ts'
import { createRecording, type Recording, type RecordingLimits } from './recording.ts'
import type { Archive } from './sources.ts'

export interface EvaluatorParts {
  /** Judges one more round; tells all that is open or recovering, and what closed in this very round. */
  readonly diagnosis: { observe(input: RoundInput<Iterable<Round>>): readonly Finding[] }
  readonly recorded: RecordingLimits
  /** None keeps the last rounds alone. */
  readonly history: History | undefined
  readonly wallMs: () => number
  /** Hears of an agent that told something that is no round. */
  readonly onUnread?: (node: string) => void
  /** Throws away what a round has left behind. */
  readonly collect?: () => void
}

/** Judges rounds, keeps them, and answers from what it keeps: in a thread of its own, or in process. */
export interface Evaluator {
  observe(input: PackedInput): readonly Finding[]
  /** What has time until the findings are told: once a minute all matrices go into the history. */
  tidy(): void
  readonly archive: Archive
  /** The last inputs that were judged, oldest first. */
  inputs(window: number, thin?: Thin): readonly RoundInput[]
  readonly recording: Pick<Recording, 'gzipped' | 'text'>
  kept(): Kept
  /** Lets go of the history. */
  close(): void
}

/** How much is kept, in bytes, and what hinders it. */
export interface Kept {
  readonly recordingBytes: number
  readonly historyBytes: number
  readonly trouble?: string
}

const snapshotMs = 60_000

export function createEvaluator({
  diagnosis,
  recorded,
  history,
  wallMs,
  onUnread,
  collect,
}: EvaluatorParts): Evaluator {
  const recording = createRecording(recorded)
  /** Ids of what was told in the round before. */
  let spokenOf: ReadonlySet<string> = new Set()
  let findings: readonly Finding[] = []
  let census = censusOf(nothing)
  /** How many lines the last input has, when its minute is to be kept. */
  let newest: number | undefined
  let notedMs = Number.NEGATIVE_INFINITY

  /** Before the minute is full, so that there is one for each. */
  function isDue(): boolean {
    const nowMs = wallMs()
    return nowMs - notedMs > snapshotMs - 1000 || nowMs < notedMs
  }

  function noteMinute(lines: number): void {
    const atMs = wallMs()
    const inputs = recording.inputs(roundsOfSnapshot(lines), Number.POSITIVE_INFINITY, keptOfMinute())
    notedMs = atMs
    if (inputs.some((input) => input.rounds.length > 0)) history?.noteMatrices(atMs, matricesOf(inputs, atMs))
  }

  /** What was over before anybody here could tell of it is no news: whoever judged then has told it. */
  function heard(all: readonly Finding[], isPast: boolean): readonly Finding[] {
    if (isPast) return all
    const told = all.filter(({ id, state }) => state === 'open' || spokenOf.has(id))
    spokenOf = new Set(told.filter(({ state }) => state !== 'closed').map(({ id }) => id))
    return told
  }

  return {
    observe(given) {
      const { input, checked } = openInput(given)
      const told = heard(diagnosis.observe(input), given.isPast)
      const { packed, liars } = checked()
      for (const node of liars) onUnread?.(node)
      recording.add(packed)
      findings = told.filter(({ state }) => state !== 'closed')
      census = censusOf(input.view)
      // What it said of the past was told and kept by whoever judged then.
      if (!given.isPast) history?.noteFindings(wallMs(), told)
      newest = history !== undefined && !given.isPast && isDue() ? given.lines.length : undefined
      return told
    },
    tidy() {
      const lines = newest
      newest = undefined
      if (lines !== undefined) noteMinute(lines)
      collect?.()
    },
    archive: createArchive({
      inputs: recording.inputs,
      census: () => census,
      history,
      findings: () => findings,
      gzipped: recording.gzipped,
      wallMs,
    }),
    inputs: (window, thin) => recording.inputs(window, Number.POSITIVE_INFINITY, thin),
    recording,
    kept() {
      const trouble = history?.trouble
      const historyBytes = history?.size().bytes ?? 0
      return { recordingBytes: recording.bytes, historyBytes, ...(trouble !== undefined && { trouble }) }
    },
    close: () => history?.close(),
  }
}

const nothing: ViewLine = { kind: 'view', round: 0, viewHash: '', nodes: [], replicas: [] }

/** Whoever answers here pulls from nobody. */
function censusOf({ viewHash, nodes, replicas }: ViewLine): Census {
  return { viewHash, nodes, replicas, agents: [] }
}
