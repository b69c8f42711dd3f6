import type { EventLine, PullLine, RecordingLine, RoundInput, ViewLine } from '../model/recording.ts'
import type { Round } from '../model/round.ts'
import { lineOf } from './recording-line.ts'
import { UsageError } from './usage-error.ts'

/** What a recording has of one round. */
interface Group {
  round: number
  view: ViewLine
  rounds: Round[]
  pull: PullLine | undefined
  readonly events: EventLine[]
}

const usualSeconds = 10

/**
 * Reads a recording round by round. A line with a higher number begins the next round; one with a lower number comes
 * from an agent that was late, and belongs to the round in which it arrived. Where agents' clocks are ahead, the pull
 * says which round it is, and what is newer waits for its own.
 */
export async function* readRecording(lines: AsyncIterable<string>): AsyncGenerator<RoundInput> {
  let [number, roundSeconds, given] = [0, usualSeconds, -1]
  let group: Group | undefined
  let view: ViewLine | undefined
  let hasPulls = false
  let early: Round[] = []
  for await (const text of lines) {
    number += 1
    const line = lineOf(text, number)
    if (line === undefined) continue
    if (line.kind === 'view') view = line
    if (view === undefined) throw new UsageError(`line ${number}: ${viewFirst(line)}`)
    if (line.kind === 'round') roundSeconds = line.roundSeconds
    if (group !== undefined && hasPulls && isAhead(line, group)) {
      early.push(line)
      continue
    }
    if (group === undefined || line.round > group.round) {
      if (group !== undefined) {
        given = group.round
        yield inputOf(group, roundSeconds)
      }
      group = { round: line.round, view, rounds: early, pull: undefined, events: [] }
      early = []
    }
    hasPulls ||= line.kind === 'pull'
    add(group, line)
    if (line.kind === 'pull' && line.round > given) early = [...early, ...turnedBack(group, line.round)]
  }
  if (group === undefined) return
  yield inputOf({ ...group, rounds: [...group.rounds, ...early] }, roundSeconds)
}

function viewFirst({ kind }: RecordingLine): string {
  return `a recording begins with a line of kind "view", this is a "${kind}"`
}

function isAhead(line: RecordingLine, { round, pull }: Group): line is Round {
  return line.kind === 'round' && line.round === round + 1 && pull === undefined
}

/** A group that began with the round of an agent ahead of the others: gives what does not belong to it yet. */
function turnedBack(group: Group, round: number): readonly Round[] {
  if (round >= group.round) return []
  group.round = round
  const ahead = group.rounds.filter((row) => row.round > round)
  group.rounds = group.rounds.filter((row) => row.round <= round)
  return ahead
}

function add(group: Group, line: RecordingLine): void {
  if (line.kind === 'round') group.rounds.push(line)
  else if (line.kind === 'event') group.events.push(line)
  else if (line.kind === 'pull') group.pull = line
  else group.view = line
}

function inputOf({ round, view, rounds, pull, events }: Group, roundSeconds: number): RoundInput {
  // Without a word about pulls nothing is known of them.
  return { round, roundSeconds, view, rounds, pull: pull ?? { kind: 'pull', round, tried: 0, failed: [] }, events }
}
