import type { Census } from '../../model/census.ts'
import type { RoundInput } from '../../model/recording.ts'
import { type Round, roundsKept } from '../../model/round.ts'
import type { Pulled } from './pull-agents.ts'

/**
 * What was pulled once, round by round as an aggregator would have had it. The newest round is the last that half of
 * those who could be read have told: the others are still at it.
 */
export function inputsOf(census: Census, pulled: readonly Pulled[]): readonly RoundInput[] {
  const byRound = Map.groupBy(
    pulled.flatMap(({ rounds }) => rounds),
    ({ round }) => round,
  )
  const read = pulled.filter(({ rounds }) => rounds.length > 0).length
  const newest = Math.max(...[...byRound].flatMap(([round, told]) => (2 * told.length >= read ? [round] : [])))
  const failed = pulled.flatMap(({ node, reason }) => (reason === undefined ? [] : [{ node, reason }]))
  const numbers = [...byRound.keys()].filter((round) => round <= newest && round > newest - roundsKept)
  return numbers
    .toSorted((a, b) => a - b)
    .map((round) => ({
      ...{ round, roundSeconds: secondsOf(byRound.get(round) ?? []), rounds: byRound.get(round) ?? [], events: [] },
      view: { kind: 'view', round, viewHash: census.viewHash, nodes: census.nodes, replicas: census.replicas },
      pull: { kind: 'pull', round, tried: census.agents.length, failed },
    }))
}

function secondsOf(rounds: readonly Round[]): number {
  return rounds[0]?.roundSeconds ?? 10
}
