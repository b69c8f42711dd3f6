import { checkNames } from '../model/check.ts'
import type { Matrix } from '../model/matrix.ts'
import type { RoundInput } from '../model/recording.ts'
import { about, freshRounds } from './archive/fresh-rounds.ts'
import { allMatrices } from './archive/live-matrices.ts'
import type { Thin } from './packed-input.ts'
import { createSharedParts } from './shared-parts.ts'

/** The last minute of a mesh of 160; of a larger one as much as there is room for, at least its last round. */
const agentRounds = 1000
const roundsAtMost = 6

/** How many rounds a snapshot is made of. */
export function roundsOfSnapshot(agents: number): number {
  return Math.max(1, Math.min(roundsAtMost, Math.floor(agentRounds / agents)))
}

/** Of a round what matrices are made of, as small as it can be: all of a large mesh is held for one minute's snapshot. */
export function keptOfMinute(): Thin {
  const { share } = createSharedParts()
  return (round) => share({ ...round, received: [] })
}

/** Every matrix of these rounds, check after check: all of a large mesh at once would take 150 MB. */
export function* matricesOf(inputs: readonly RoundInput[], atMs: number): Generator<Matrix> {
  const fresh = freshRounds(inputs, inputs.length, atMs)
  if (fresh === undefined) return
  for (const check of checkNames) {
    const rounds = about(fresh.rounds, (one) => one === check)
    yield* allMatrices({ ...fresh, rounds })
  }
}
