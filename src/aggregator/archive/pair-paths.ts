import type { PairPath } from '../../model/api.ts'
import type { Census } from '../../model/census.ts'
import { checkNames, checks } from '../../model/check.ts'
import { foldMatrices } from '../../model/matrix.ts'
import type { Round } from '../../model/round.ts'
import type { Fresh } from './fresh-rounds.ts'
import { cellOf } from './matrix-tables.ts'

export interface PairKnown {
  readonly census: Census
  readonly fresh: Fresh | undefined
  readonly askedMs: number
}

/** What is known of the paths between two, both ways; undefined when one of them is none of the cluster's. */
export function pairPaths(source: string, target: string, known: PairKnown): readonly PairPath[] | undefined {
  const { census, fresh, askedMs } = known
  if (![source, target].every((name) => isNode(name, census) || isTarget(name, known))) return undefined
  if (fresh === undefined) return []
  const ends = new Set([source, target])
  const rounds = fresh.rounds.filter(({ node }) => ends.has(node)).map(thinnedToPair(source, target))
  const ways = source === target ? [[source, target] as const] : [[source, target] as const, [target, source] as const]
  const matrices = foldMatrices(rounds, [...ends])
  return ways
    .flatMap(([from, to]) =>
      matrices.flatMap(({ check, variant, cells }): readonly PairPath[] => {
        const cell = cells.get(from)?.get(to)
        if (cell === undefined) return []
        const { roundSeconds } = fresh.newest
        return [{ check, ...(variant && { variant }), ...cellOf(from, to, cell, { askedMs, roundSeconds }) }]
      }),
    )
    .toSorted((a, b) => checkNames.indexOf(a.check) - checkNames.indexOf(b.check))
}

/** Of a round what is about the two: of others than them, whether they ask them. */
export function thinnedToPair(source: string, target: string): (round: Round) => Round {
  const isEnd = (name: string | undefined) => name === source || name === target
  return (round) => ({
    ...round,
    ok: round.ok.filter((row) => isEnd(row.target)),
    stable: isEnd(round.node) ? round.stable.filter(({ peer }) => isEnd(peer)) : [],
    fails: round.fails.filter((row) => isEnd(row.target)),
    received: [],
  })
}

/** Whether a node asks or is asked: between two that are both asked there is nothing. */
export function hasNode(names: readonly string[], census: Census): boolean {
  return names.some((name) => isNode(name, census))
}

function isNode(name: string, { nodes }: Census): boolean {
  return nodes.some(({ node }) => node === name)
}

function isTarget(name: string, { census, fresh }: PairKnown): boolean {
  if (census.replicas.some((replica) => replica.name === name)) return true
  const isAsked = ({ ok, fails }: Round) =>
    ok.some(({ target }) => target === name) ||
    fails.some(({ check, target }) => target === name && checks[check].subject === 'shared')
  return fresh?.rounds.some(isAsked) === true
}
