import { epochRounds } from '../model/peer-choice.ts'
import type { EventLine } from '../model/recording.ts'
import type { FailCount, OkCount, ReceivedCount, Round } from '../model/round.ts'
import { type Atlas, nowhere } from './atlas.ts'
import { classOf, failureClass } from './failure-class.ts'
import { heardIn } from './heard.ts'
import { kind, kindOf, kinds } from './kinds.ts'
import { betweenZones, byKind, type Slice } from './slice.ts'
import { count } from './tally.ts'

/** From this score on, an agent's failures are not used against others. */
const starvedFrom = 2

/** Whom each agent probes beyond its stable peers: told once an epoch, and good until it ends. */
export type Probed = Map<number, { readonly epoch: number; readonly kindsOf: ReadonlyMap<number, readonly number[]> }>

interface Cell {
  readonly kind: number
  readonly source: number
  readonly target: number
}

/** Counts one agent's round. A round that is told twice counts once. */
export function ingestRound(round: Round, slice: Slice, atlas: Atlas, probed: Probed): void {
  const source = atlas.node(round.node, round.zone)
  if (slice.arrived.has(source)) return
  slice.arrived.add(source)
  slice.views.set(source, round.viewHash)
  const starved = round.starvedScore >= starvedFrom
  if (starved) slice.starved.add(source)
  if (round.starvedScore > 0) slice.strained.add(source)
  countSuccess(slice, atlas, { kind: kind.report, source, target: source }, 1)
  for (const row of round.ok) countOk(slice, atlas, source, row)
  const stable = countStable(slice, atlas, source, round)
  const failed = starved ? failedTargets(round, atlas) : countFailures(slice, { atlas, source, stable }, round)
  countRotating(slice, { atlas, source, stable, failed }, round, probed)
  for (const row of round.received) countReceived(slice, atlas, source, row, starved)
}

/** What an agent wrote that nobody could read: it speaks for itself only when its round is missing. */
export function ingestEvent(event: EventLine, slice: Slice, atlas: Atlas): void {
  const source = atlas.node(event.node)
  if (slice.arrived.has(source)) return
  for (const { check, target } of event.unreachable) {
    const known = kindOf(check, undefined)
    if (known === undefined) continue
    const peer = kinds[known]?.place === 'peer'
    const asked = peer ? atlas.node(target) : atlas.target(check, target)
    slice.failures.push(known, source, asked, failureClass.silence, 1, 0)
  }
}

function countOk(slice: Slice, atlas: Atlas, source: number, { check, variant, zone, target, n }: OkCount): void {
  const known = kindOf(check, variant)
  if (known === undefined) return
  const { counts } = slice
  const home = atlas.zoneOf[source] ?? 0
  const asked = target === undefined ? undefined : atlas.target(check, target)
  const host = asked === undefined ? nowhere : (atlas.targets[asked]?.host ?? nowhere)
  count(counts.all, known, n)
  if (asked !== undefined) count(counts.at, byKind(asked, known), n)
  // What stays on the node says nothing of the node's network.
  if (host === source) return
  count(counts.from, byKind(source, known), n)
  const away = asked === undefined ? atlas.zone(zone ?? '') : atlas.zoneOf[host]
  if (away === undefined) count(counts.fromZone, byKind(home, known), n)
  else count(counts.between, betweenZones(home, away, known), n)
}

/** Pair by pair, what is known so. The loopback says nothing of the network and is taken out again. */
function countStable(slice: Slice, atlas: Atlas, source: number, round: Round): ReadonlySet<number> {
  const stable = new Set<number>()
  const home = atlas.zoneOf[source] ?? 0
  for (const { check, variant, peer, ok } of round.stable) {
    const known = kindOf(check, variant)
    if (known === undefined) continue
    const target = atlas.node(peer)
    if (target === source && known !== kind.nodePort) {
      count(slice.counts.from, byKind(source, known), -ok)
      count(slice.counts.all, known, -ok)
      count(slice.counts.between, betweenZones(home, home, known), -ok)
      continue
    }
    stable.add(byKind(target, known))
    count(slice.counts.to, byKind(target, known), ok)
  }
  return stable
}

interface Asker {
  readonly atlas: Atlas
  readonly source: number
  readonly stable: ReadonlySet<number>
}

/** Attempts of a failing cell by kind and target. */
function countFailures(slice: Slice, { atlas, source, stable }: Asker, round: Round): Set<number> {
  const failed = new Set<number>()
  const heard = heardIn(round, atlas)
  for (const cell of Map.groupBy(
    round.fails,
    ({ check, variant, target }) => `${check}/${variant ?? ''}/${target}`,
  ).values()) {
    const [first] = cell
    const known = first && kindOf(first.check, first.variant)
    if (first === undefined || known === undefined) continue
    const peer = kinds[known]?.place === 'peer'
    const target = peer ? atlas.node(first.target) : atlas.target(first.check, first.target)
    if (peer && target === source && known !== kind.nodePort) continue
    if (peer) failed.add(byKind(target, known))
    const usable = cell.filter(isUsable).sort((a, b) => b.failed - a.failed)
    const [most] = usable
    if (most === undefined) continue
    const n = Math.min(total(usable), perRoundOf(first, known))
    const rotates = peer && !stable.has(byKind(target, known)) ? 1 : 0
    const beside = heard.get(byKind(target, peer ? kind.oneWay : known)) ?? 0
    if (beside > 0) slice.beside.set(slice.failures.length, beside)
    slice.failures.push(known, source, target, classOf(most.reason) ?? 0, n, rotates)
  }
  return failed
}

/** Our own lack of sockets says nothing of others; and a name that is not found is for the checks of DNS to say. */
function isUsable({ check, reason, phase }: FailCount): boolean {
  return classOf(reason) !== undefined && !(check === 'apiserver_dns' && phase === 'resolve')
}

/** Of three datagrams to a stable peer one leaves from a fixed port, which is a cell of its own. */
function perRoundOf({ variant }: FailCount, known: number): number {
  return variant === 'fixed' ? 1 : (kinds[known]?.perRound ?? 1)
}

function failedTargets(round: Round, atlas: Atlas): Set<number> {
  return new Set(
    round.fails.flatMap(({ check, variant, target }) => {
      const known = kindOf(check, variant)
      return known !== undefined && kinds[known]?.place === 'peer' ? [byKind(atlas.node(target), known)] : []
    }),
  )
}

/** Successes of peers that are not stable are told by zone alone: who was asked and did not fail has answered. */
function countRotating(
  slice: Slice,
  { atlas, source, stable, failed }: Asker & { readonly failed: ReadonlySet<number> },
  round: Round,
  probed: Probed,
): void {
  const epoch = Math.floor(round.round / epochRounds)
  if (round.peers !== undefined) {
    const known = round.peers.map(({ node, checks }) => {
      const numbers = checks.map((check) => kindOf(check, undefined)).filter((number) => number !== undefined)
      return [atlas.node(node), numbers] as const
    })
    probed.set(source, { epoch, kindsOf: new Map(known) })
  }
  const told = probed.get(source)
  if (told?.epoch !== epoch) return
  for (const [target, asked] of told.kindsOf) {
    for (const known of asked) {
      const cell = byKind(target, known)
      if (target !== source && !stable.has(cell) && !failed.has(cell))
        count(slice.counts.to, cell, kinds[known]?.perRound ?? 1)
    }
  }
}

function countReceived(slice: Slice, atlas: Atlas, self: number, row: ReceivedCount, starved: boolean): void {
  const { from, expected, got, sameView } = row
  // Without the same view the sender may not have known that it was to send: then nothing that is missing is lost.
  if (!sameView) return
  const source = atlas.node(from)
  if (source === self) return
  const arrived = Math.min(got, expected)
  const cell = { kind: kind.oneWay, source, target: self }
  if (arrived > 0) countSuccess(slice, atlas, cell, arrived)
  const lost = expected - arrived
  if (lost > 0 && !starved) slice.failures.push(kind.oneWay, source, self, failureClass.silence, lost, 0)
}

function countSuccess({ counts }: Slice, atlas: Atlas, { kind: known, source, target }: Cell, n: number): void {
  count(counts.to, byKind(target, known), n)
  if (kinds[known]?.place === 'own') return
  count(counts.from, byKind(source, known), n)
  count(counts.between, betweenZones(atlas.zoneOf[source] ?? 0, atlas.zoneOf[target] ?? 0, known), n)
  count(counts.all, known, n)
}

function total(rows: readonly FailCount[]): number {
  return rows.reduce((sum, { failed }) => sum + failed, 0)
}
