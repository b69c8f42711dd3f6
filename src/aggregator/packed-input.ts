import type { PullLine, RoundInput } from '../model/recording.ts'
import type { Round } from '../model/round.ts'
import type { Assembled } from './assemble.ts'
import { PullError } from './pull-reason.ts'
import { type ToldRound, unpackRound } from './told-round.ts'

/** One round as it goes to whoever judges it, perhaps in another thread: the agents' rounds as they were told. */
export interface PackedInput extends Omit<RoundInput, 'rounds'> {
  /** Lines, each a member of gzip, one after another. */
  readonly packed: Uint8Array<ArrayBuffer>
  /** Whose they are, and the length of each. */
  readonly lines: readonly PackedLine[]
  readonly isPast: boolean
}

export interface PackedLine {
  readonly node: string
  readonly length: number
}

export function packInput({ rounds: told, heard: _, ...input }: Assembled<ToldRound>): PackedInput {
  const rounds = told.toSorted((a, b) => a.round - b.round)
  const lines = rounds.map(({ node, packed }) => ({ node, length: packed.length }))
  return { ...input, ...joined(rounds, lines) }
}

/** What is kept of a round when it is parsed; undefined leaves it out. Who needs a part has no room for the whole. */
export type Thin = (round: Round) => Round | undefined

/** An input that was judged, parsed again. */
export function unpackInput({ packed, lines, isPast: _, ...input }: PackedInput, thin: Thin = whole): RoundInput {
  const rounds: Round[] = []
  for (const part of partsOf(packed, lines)) {
    const round = thin(unpackRound(part))
    if (round !== undefined) rounds.push(round)
  }
  return { ...input, rounds }
}

/** An input as it can be judged. */
export interface Opened {
  /** Each round is parsed when its turn comes, and is garbage when it is over. */
  readonly input: RoundInput<Iterable<Round>>
  /** What of it is to be kept, and those of whom a line was left out. */
  checked(): { readonly packed: PackedInput; readonly liars: readonly string[] }
}

/**
 * Parses what was told. A line that is no round is left out, and whoever told nothing else could not be read: an agent
 * that lies, or whose version nobody knows, must not stop the others.
 */
export function openInput(given: PackedInput): Opened {
  const { packed, lines, isPast: _, ...input } = given
  const parts = partsOf(packed, lines)
  const failed: PullLine['failed'][number][] = [...given.pull.failed]
  /** By index; undefined of a line that was not looked at yet. */
  const isGood: boolean[] = []
  const isRead = () => isGood.length === lines.length
  const nodesOf = (wanted: boolean) => new Set(lines.filter((_, at) => isGood[at] === wanted).map(({ node }) => node))

  function roundAt(index: number): Round | undefined {
    const wasRead = isRead()
    const round = readAs(lines[index]?.node, parts[index])
    isGood[index] = round !== undefined
    if (!wasRead && isRead()) noteUnread()
    return round
  }

  function noteUnread(): void {
    const heard = nodesOf(true)
    for (const node of nodesOf(false)) if (!heard.has(node)) failed.push({ node, reason: 'bad_reply' })
  }

  function* rounds(): Generator<Round> {
    for (const index of lines.keys()) {
      const round = roundAt(index)
      if (round !== undefined) yield round
    }
  }

  return {
    input: { ...input, rounds: { [Symbol.iterator]: rounds }, pull: { ...given.pull, failed } },
    checked() {
      for (let index = isGood.length; index < lines.length; index++) roundAt(index)
      const liars = [...nodesOf(false)]
      if (liars.length === 0) return { packed: given, liars }
      const good = lines.flatMap((line, at) => (isGood[at] ? [{ ...line, packed: parts[at] ?? nothing }] : []))
      return { packed: { ...given, pull: { ...given.pull, failed }, ...joined(good, good) }, liars }
    },
  }
}

/** Undefined when it is no round, or another node's. */
function readAs(node: string | undefined, part: Uint8Array | undefined): Round | undefined {
  try {
    const round = unpackRound(part ?? nothing)
    return round.node === node ? round : undefined
  } catch (error) {
    if (!(error instanceof PullError)) throw error
    return undefined
  }
}

function joined(parts: readonly { readonly packed: Uint8Array }[], lines: readonly PackedLine[]) {
  const packed = new Uint8Array(lines.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    packed.set(part.packed, at)
    at += part.packed.length
  }
  return { packed, lines: lines.map(({ node, length }) => ({ node, length })) }
}

function partsOf(packed: Uint8Array, lines: readonly PackedLine[]): readonly Uint8Array[] {
  let at = 0
  return lines.map(({ length }) => {
    at += length
    return packed.subarray(at - length, at)
  })
}

const nothing = new Uint8Array(0)

function whole(round: Round): Round {
  return round
}
