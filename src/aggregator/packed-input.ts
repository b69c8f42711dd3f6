import type { RoundInput } from '../model/recording.ts'
import type { Round } from '../model/round.ts'
import type { Assembled } from './assemble.ts'
import { PullError } from './pull-reason.ts'
import { createSharedParts } from './shared-parts.ts'
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

export function packInput({ rounds, heard: _, ...input }: Assembled<ToldRound>): PackedInput {
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
  readonly input: RoundInput
  /** The same as it is to be kept. */
  readonly packed: PackedInput
  /** Those of whom a line was left out. */
  readonly liars: readonly string[]
}

/**
 * Parses what was told. A line that is no round is left out, and whoever told nothing else could not be read: an agent
 * that lies, or whose version nobody knows, must not stop the others.
 */
export function openInput(given: PackedInput): Opened {
  const rounds: Round[] = []
  const good: (PackedLine & { readonly packed: Uint8Array })[] = []
  const liars = new Set<string>()
  const { share } = createSharedParts()
  for (const [index, part] of partsOf(given.packed, given.lines).entries()) {
    const { node = '', length = 0 } = given.lines[index] ?? {}
    try {
      const round = unpackRound(part)
      if (round.node !== node) throw new PullError('wrong_peer', 'its head is of another node')
      rounds.push(share(round))
      good.push({ node, length, packed: part })
    } catch (error) {
      if (!(error instanceof PullError)) throw error
      liars.add(node)
    }
  }
  const packed = liars.size === 0 ? given : { ...withoutThem(given, liars, rounds), ...joined(good, good) }
  const { packed: _, lines: __, isPast: ___, ...input } = packed
  return { input: { ...input, rounds }, packed, liars: [...liars] }
}

function withoutThem(given: PackedInput, liars: ReadonlySet<string>, rounds: readonly Round[]): PackedInput {
  const heard = new Set(rounds.map(({ node }) => node))
  const failed = [...liars].filter((node) => !heard.has(node)).map((node) => ({ node, reason: 'bad_reply' as const }))
  return { ...given, pull: { ...given.pull, failed: [...given.pull.failed, ...failed] } }
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

function whole(round: Round): Round {
  return round
}
