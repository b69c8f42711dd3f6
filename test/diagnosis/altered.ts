import type { Check, Variant } from '../../src/model/check.ts'
import type { Reason } from '../../src/model/failure.ts'
import { spread } from '../../src/model/hash.ts'
import type { ViewNode } from '../../src/model/recording.ts'
import type { FailCount, OkCount, Round, StablePair } from '../../src/model/round.ts'
import { type Drawing, diagnosed } from './drawn.ts'

type Steps = readonly (readonly [rounds: number, drawing: Drawing])[]

/** One cell of a round that works. */
export interface Cell {
  readonly check: Check
  readonly variant?: Variant
  /** A node, or something shared. */
  readonly target: string
  readonly isPeer: boolean
}

/** All that is told in any round of the steps, after some that were quiet: `fault entity` of each, once. */
export function everNamed(steps: Steps): readonly string[] {
  const rounds = steps.flatMap(([count, drawing]) => Array.from({ length: count }, () => [1, drawing] as const))
  const told = diagnosed([[10, {}], ...rounds]).flat()
  return [...new Set(told.map(({ fault, entity }) => `${fault} ${entity.name}`))].sort()
}

/** The view with one node as told. */
export function nodeIs(node: string, changes: Partial<ViewNode>): Pick<Drawing, 'view'> {
  return { view: ({ nodes }) => ({ nodes: nodes.map((row) => (row.node === node ? { ...row, ...changes } : row)) }) }
}

/** A round in which some of the cells fail that are drawn as working: for what is too fine to be drawn. */
export function altered(
  round: Round,
  reasonOf: (cell: Cell) => Reason | undefined,
): Pick<Round, 'ok' | 'stable' | 'fails'> {
  const working = round.stable.filter(({ ok }) => ok > 0)
  const ofPeers = round.ok.filter(({ target }) => target === undefined)
  const ofShared = round.ok.filter(({ target }) => target !== undefined)
  // A drawn round has a row of successes for each stable pair that works, in the same order.
  const peers = working.map((row, i) => ({ row, ok: ofPeers[i], reason: reasonOf(peerCell(row)) }))
  const shared = ofShared.map((row) => ({ row, reason: reasonOf(sharedCell(row)) }))
  const lost = new Set(peers.filter(({ reason }) => reason !== undefined).map(({ row }) => row))
  return {
    ok: [
      ...peers.flatMap(({ ok, reason }) => (ok !== undefined && reason === undefined ? [ok] : [])),
      ...shared.flatMap(({ row, reason }) => (reason === undefined ? [row] : [])),
    ],
    stable: round.stable.map((row) => (lost.has(row) ? { ...row, ok: 0, failed: row.ok } : row)),
    fails: [
      ...round.fails,
      ...peers.flatMap(({ row, reason }) => (reason === undefined ? [] : [failure(peerCell(row), row.ok, reason)])),
      ...shared.flatMap(({ row, reason }) => (reason === undefined ? [] : [failure(sharedCell(row), row.n, reason)])),
    ],
  }
}

/** Loses a share of the datagrams between some nodes, by hash: the same ones every time. Connections do not notice. */
export function losing(share: number, isLossy: (from: string, to: string) => boolean): Pick<Drawing, 'round'> {
  const isLost = (round: number, from: string, to: string, index: number) =>
    isLossy(from, to) && spread(`${round}|${from}|${to}|${index}`, 1000) < 1000 * share
  return {
    round: (round) => ({
      ...altered(round, ({ check, variant, target, isPeer }) => {
        if (!isPeer || check !== 'peer_udp') return undefined
        const [there, back] = variant === undefined ? [0, 1] : [2, 3]
        const lost = isLost(round.round, round.node, target, there) || isLost(round.round, target, round.node, back)
        return lost ? 'timeout' : undefined
      }),
      received: round.received.map((row) => {
        const lost = [4, 5, 6].filter((index) => isLost(round.round, row.from, round.node, index)).length
        return { ...row, got: Math.max(0, row.got - lost) }
      }),
    }),
  }
}

function peerCell({ check, variant, peer }: StablePair): Cell {
  return { check, ...(variant && { variant }), target: peer, isPeer: true }
}

function sharedCell({ check, variant, target = '' }: OkCount): Cell {
  return { check, ...(variant && { variant }), target, isPeer: false }
}

function failure({ check, variant, target }: Cell, n: number, reason: Reason): FailCount {
  return { check, ...(variant && { variant }), target, family: 4, n, failed: n, reason, phase: 'connect' }
}
