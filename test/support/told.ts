import type { Assembled } from '../../src/aggregator/assemble.ts'
import { type PackedInput, packInput } from '../../src/aggregator/packed-input.ts'
import { readLine, type ToldRound } from '../../src/aggregator/told-round.ts'
import type { RoundInput } from '../../src/model/recording.ts'
import type { Round } from '../../src/model/round.ts'

/** A round as it is when it has been pulled. */
export function toldOf(round: Round): ToldRound {
  return readLine(Buffer.from(JSON.stringify(round)), round.node)
}

/** An input as it goes to whoever judges it. */
export function packedInputOf(input: RoundInput, isPast = false): PackedInput {
  const assembled: Assembled<ToldRound> = {
    ...input,
    rounds: input.rounds.map(toldOf),
    heard: input.rounds.length,
    isPast,
  }
  return packInput(assembled)
}
