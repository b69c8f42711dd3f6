import type { Check, Variant } from '../../../src/model/check.ts'
import { epochRounds } from '../../../src/model/peer-choice.ts'
import type { RoundInput } from '../../../src/model/recording.ts'
import type { FailCount, Round } from '../../../src/model/round.ts'

/** What one node saw of one target in one round. */
export interface Cell {
  readonly check: Check
  readonly variant?: Variant
  readonly source: string
  /** A node or a shared target. */
  readonly target: string
  readonly ok: number
  readonly failed: number
}

/** Which checks other probers have too: HTTP to peers, DNS, and services. */
const checksRead = [
  ...['peer_http', 'dns_replica', 'dns_service', 'clusterip'],
  ...['ingress', 'ingress_replica', 'apiserver_service', 'apiserver_endpoint'],
] as readonly Check[]

interface Asked {
  readonly epoch: number
  readonly peers: readonly string[]
}

/**
 * Makes of rounds what the metrics of a prober would show: a count for every pair. Rounds name the peers that are not
 * stable once an epoch and then tell only their failures, so who is not among these has answered.
 */
export function createCellReader(): (input: RoundInput) => readonly Cell[] {
  const asked = new Map<string, Asked>()
  return ({ rounds }) => rounds.flatMap((round) => [...sharedCells(round), ...peerCells(round, asked)])
}

function sharedCells({ node, ok, fails }: Round): readonly Cell[] {
  const cells = new Map<string, Cell>()
  for (const { check, variant, target, n } of ok) {
    if (target === undefined || !checksRead.includes(check)) continue
    const cell = { check, ...(variant && { variant }), source: node, target, ok: n, failed: 0 }
    cells.set(keyOf(cell), cell)
  }
  for (const { check, variant, target, failed } of fails) {
    if (check === 'peer_http' || !checksRead.includes(check)) continue
    const cell = { check, ...(variant && { variant }), source: node, target, ok: 0, failed: 0 }
    const known = cells.get(keyOf(cell)) ?? cell
    cells.set(keyOf(cell), { ...known, failed: known.failed + failed })
  }
  return [...cells.values()]
}

function peerCells(round: Round, asked: Map<string, Asked>): readonly Cell[] {
  const { node: source, peers, stable, fails } = round
  const epoch = Math.floor(round.round / epochRounds)
  if (peers !== undefined) {
    const names = peers.filter(({ checks }) => checks.includes('peer_http')).map(({ node }) => node)
    asked.set(source, { epoch, peers: names })
  }
  const failing = Map.groupBy(
    fails.filter(({ check }) => check === 'peer_http'),
    ({ target }) => target,
  )
  const cells = new Map<string, Cell>()
  const note = (target: string, ok: number, failed: number) => {
    if (target !== source) cells.set(target, { check: 'peer_http', source, target, ok, failed })
  }
  const told = asked.get(source)
  if (told?.epoch === epoch) for (const peer of told.peers) note(peer, 1, 0)
  for (const { peer, check, ok, failed } of stable) if (check === 'peer_http') note(peer, ok, failed)
  for (const [target, rows] of failing) note(target, attemptsIn(rows) - failedIn(rows), failedIn(rows))
  return [...cells.values()]
}

/** Repeated in every row of a cell. */
function attemptsIn(rows: readonly FailCount[]): number {
  return rows[0]?.n ?? 0
}

function failedIn(rows: readonly FailCount[]): number {
  return rows.reduce((sum, { failed }) => sum + failed, 0)
}

function keyOf({ check, variant, target }: Pick<Cell, 'check' | 'variant' | 'target'>): string {
  return `${check}/${variant ?? ''}/${target}`
}
