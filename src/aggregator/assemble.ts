import type { Census } from '../model/census.ts'
import type { Reason } from '../model/failure.ts'
import type { RoundInput } from '../model/recording.ts'
import { type Round, roundsKept } from '../model/round.ts'

/** Joins what arrives from many agents into one input for each round. Pure: it knows no clock. */
export interface Assembler {
  /** A round has arrived, of now or of before. */
  add(round: Round): void
  /** An agent could not be read. */
  unread(node: string, reason: Reason): void
  /** Whether at least half of the agents have told anything: before that nobody can be judged. */
  hasBegun(census: Census): boolean
  /** Whether every agent has told this round or cannot be read: then nobody has to be waited for. */
  isWhole(round: number, census: Census): boolean
  /** All that has arrived up to this round and was not taken yet, and whose round is missing. */
  take(round: number, roundSeconds: number, census: Census): RoundInput
}

/** A clock may be ahead by so many rounds; what claims to be newer is of no round that will be judged. */
const aheadAtMost = 2

export function createAssembler(): Assembler {
  let waiting: Round[] = []
  let taken = Number.NEGATIVE_INFINITY
  /** By node, the newest round that has arrived, and why the last attempt to read it failed. */
  const newest = new Map<string, number>()
  const reasons = new Map<string, Reason>()

  const hasTold = (node: string, round: number) => (newest.get(node) ?? Number.NEGATIVE_INFINITY) >= round

  function forget(census: Census): void {
    const known = new Set(census.agents.map(({ node }) => node))
    for (const node of [...newest.keys(), ...reasons.keys()]) {
      if (known.has(node)) continue
      newest.delete(node)
      reasons.delete(node)
    }
  }

  return {
    add(round) {
      reasons.delete(round.node)
      if (round.round <= taken - roundsKept) return
      waiting.push(round)
      newest.set(round.node, Math.max(round.round, newest.get(round.node) ?? Number.NEGATIVE_INFINITY))
    },

    unread: (node, reason) => void reasons.set(node, reason),

    hasBegun: ({ agents }) =>
      agents.length > 0 && 2 * agents.filter(({ node }) => newest.has(node)).length >= agents.length,

    isWhole: (round, { agents }) =>
      agents.length > 0 && agents.every(({ node }) => hasTold(node, round) || reasons.has(node)),

    take(round, roundSeconds, census) {
      const { viewHash, nodes, replicas, agents } = census
      const rounds = waiting.filter((one) => one.round <= round)
      waiting = waiting.filter((one) => one.round > round && one.round <= round + aheadAtMost)
      forget(census)
      // Who has told nothing yet begins, or cannot be read: only the second speaks against anybody.
      const missing = agents.filter(({ node }) => !hasTold(node, round) && (newest.has(node) || reasons.has(node)))
      const failed = missing.map(({ node }) => ({ node, reason: reasons.get(node) ?? 'timeout' }))
      taken = round
      return {
        ...{ round, roundSeconds, rounds, events: [] },
        view: { kind: 'view', round, viewHash, nodes, replicas },
        pull: { kind: 'pull', round, tried: agents.length, failed },
      }
    },
  }
}
