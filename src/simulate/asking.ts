import type { IpFamily } from '../model/check.ts'
import { isTurn, type SharedRow } from './agenda.ts'
import type { Calm } from './calm.ts'
import { askThrough, type CellCounts, type Desk, failedOf, isIdle, momentOf } from './desk.ts'
import type { Latencies } from './latencies.ts'
import type { Life } from './life.ts'
import type { Circle } from './mesh.ts'
import { kindOfProbe, overIpv6, type ProbeRow, probe, probeRows } from './probes.ts'
import type { Site } from './site.ts'
import { cellOf, countFailures, countOk, countPlane, newTally, okIn, type Tally, targetsAtMost } from './tally.ts'
import { health } from './weather.ts'

/** One agent in one round. */
export interface Asker {
  readonly node: number
  readonly circle: Circle
  readonly desk: Desk
  readonly agenda: readonly SharedRow[]
  readonly calm: Calm
  readonly latencies: Latencies
  /** Sets the moment that the site is looked at. */
  readonly setMoment: (moment: number) => void
  readonly life: Life
  /** Hears of scheduled datagrams that did not arrive. */
  readonly missed: (target: number, family: IpFamily) => void
  /** Whether every address is there in both families. */
  readonly isDual: boolean
  /** Whether the agent is of a version that does not know all checks. */
  readonly isOlder: boolean
}

interface Cell {
  readonly probe: number
  readonly target: number
  readonly perRound: number
  readonly stable: boolean
}

/** The receiver expects so many datagrams from each stable predecessor. */
export const datagramsPerRound = 3

/** Asks all that is on an agent's plan for this round. */
export function askAll(site: Site, asker: Asker): Tally {
  const { circle, agenda } = asker
  const tally = newTally(site.cluster.zones.length)
  const known = (number: number) => !asker.isOlder || !newerProbes.includes(kindOfProbe(number))
  for (const cell of cellsOf(asker)) if (known(cell.probe)) askNode(site, asker, tally, cell)
  for (const row of agenda)
    if (isTurn(row, circle.rank, site.round) && known(row.probe)) askShared(site, asker, tally, row)
  return tally
}

/** What an older version does not ask. */
const newerProbes: readonly number[] = [probe.mtu, probe.canary]

/** Every cell of a check that is about nodes. */
function* cellsOf({ node, circle, isDual }: Asker): Generator<Cell> {
  for (const base of isDual ? [0, overIpv6] : [0]) {
    for (const target of circle.stable) yield* peerCells(base, target, true)
    for (const target of circle.passing) yield* peerCells(base, target, false)
    yield { probe: base + probe.http, target: node, perRound: 1, stable: true }
    for (const target of circle.hosts) yield { probe: base + probe.host, target, perRound: 1, stable: true }
    for (const target of [node, ...circle.nodePorts])
      yield { probe: base + probe.nodePort, target, perRound: 1, stable: true }
  }
}

function* peerCells(base: number, target: number, stable: boolean): Generator<Cell> {
  yield { probe: base + probe.http, target, perRound: 1, stable }
  yield { probe: base + probe.tcp, target, perRound: 1, stable }
  yield { probe: base + probe.udp, target, perRound: stable ? datagramsPerRound - 1 : datagramsPerRound, stable }
  if (stable) yield { probe: base + probe.udpFixed, target, perRound: 1, stable }
  yield { probe: base + probe.mtu, target, perRound: 1, stable }
}

function askNode(site: Site, asker: Asker, tally: Tally, cell: Cell): void {
  const { node, desk, calm } = asker
  const { target, perRound, stable } = cell
  if (asker.life.isExcused(target) && target !== node) return
  const row = probeRows[cell.probe]
  if (row === undefined) return
  const key = cell.probe * site.cluster.hosts + target
  // Where a NodePort's request ends is anybody's guess: all has to be well for it.
  const isCalm = calm.between(node, target) && (kindOfProbe(cell.probe) !== probe.nodePort || calm.services)
  const easy = isCalm && isIdle(desk, key) && site.wire.allArrive(node === target ? 0 : row.packets * perRound)
  const counts = easy ? undefined : walkCell(site, asker, cell, key)
  const ok = counts === undefined ? perRound : okIn(counts)
  const failed = counts === undefined ? 0 : failedOf(counts)
  if (ok + failed === 0) return
  const zone = site.cluster.zoneOf[target] ?? 0
  if (ok > 0) countOk(tally, cell.probe * site.cluster.zones.length + zone, ok)
  countPlane(tally, cell.probe, ok + failed, failed)
  if (counts !== undefined) countFailures(tally, cell.probe, site.cluster.nodes[target] ?? '', counts)
  if (!stable) return
  const came = { key, ok, failed, counts }
  tally.stable.push({ peer: site.cluster.nodes[target] ?? '', ...pairOf(asker, row, target, came) })
}

interface Came {
  readonly key: number
  readonly ok: number
  readonly failed: number
  readonly counts: CellCounts | undefined
}

function pairOf({ node, latencies }: Asker, row: ProbeRow, target: number, { key, ok, failed, counts }: Came) {
  const buckets = new Map<number, number>()
  const history = node * 2 ** 24 + key
  for (let i = 0; i < ok; i++) {
    const bucket = latencies.bucket(node, target, row.trips, counts?.heldUp[i] ?? 0)
    latencies.note(history, bucket)
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1)
  }
  const latency = [...buckets].sort(([a], [b]) => a - b)
  return { ...cellOf(row), ok, failed, ...latencies.quantiles(history), latency }
}

function askShared(site: Site, asker: Asker, tally: Tally, shared: SharedRow): void {
  const { desk, calm, node } = asker
  const { target, name, everyRounds } = shared
  const row = probeRows[shared.probe]
  if (row === undefined) return
  const key = (site.cluster.hosts + target) * 32 + shared.probe + 2 ** 23
  const easy = calm.services && calm.node(node) && isIdle(desk, key) && site.wire.allArrive(row.packets)
  const counts = easy ? undefined : walkShared(site, asker, shared, key)
  const ok = counts === undefined ? 1 : okIn(counts)
  const failed = counts === undefined ? 0 : failedOf(counts)
  const cell = shared.probe * targetsAtMost + target
  if (ok > 0) tally.okByTarget.set(cell, (tally.okByTarget.get(cell) ?? 0) + ok)
  countPlane(tally, shared.probe, ok + failed, failed)
  if (counts !== undefined) countFailures(tally, shared.probe, name, counts)
  if (everyRounds > 1 && counts === undefined) desk.failing.delete(key)
}

/** Only a running agent asks. */
function momentFor(site: Site, { node, life, setMoment }: Asker, at: number): number | undefined {
  setMoment(at)
  return at >= life.bornAt(node) && site.agentOf(node) === health.well ? at : undefined
}

function walkCell(site: Site, asker: Asker, cell: Cell, key: number): CellCounts {
  const { node } = asker
  const { target, perRound } = cell
  const { nodes } = site.cluster
  const row = probeRows[cell.probe]
  const family = row?.family ?? 4
  const kind = kindOfProbe(cell.probe)
  const isDatagram = cell.stable && (kind === probe.udp || kind === probe.udpFixed)
  return askThrough(asker.desk, {
    ...{ key, round: site.round, perRound, everyRound: true },
    moment(index) {
      const at = momentFor(site, asker, momentOf(nodes[node] ?? '', nodes[target] ?? '', index, perRound))
      if (at === undefined && isDatagram) asker.missed(target, family)
      return at
    },
    walk(moment, index) {
      asker.setMoment(moment)
      let arrived = false
      const onArrival = () => {
        arrived = true
      }
      const asked = { source: node, target, fixed: kind === probe.udpFixed, onArrival }
      site.wire.useFamily(family)
      const walked = starvedAnswer(site, node, row?.walk(site, asked))
      if (isDatagram && index < perRound && !arrived) asker.missed(target, family)
      return walked
    },
  })
}

function walkShared(site: Site, asker: Asker, { probe: number, target, name, everyRounds }: SharedRow, key: number) {
  const { node } = asker
  const row = probeRows[number]
  const own = site.cluster.nodes[node] ?? ''
  return askThrough(asker.desk, {
    ...{ key, round: site.round, perRound: 1, everyRound: everyRounds === 1 },
    moment: (index) => momentFor(site, asker, momentOf(own, `${number}/${name}`, index, 1)),
    walk(moment) {
      asker.setMoment(moment)
      return starvedAnswer(
        site,
        node,
        row?.walk(site, { source: node, target, fixed: false, onArrival: () => undefined }),
      )
    },
  })
}

const notReadInTime = 0.6

/** Who starves reads answers too late, and takes that for silence. */
function starvedAnswer(site: Site, node: number, walked = { outcome: 0, elapsedMs: 0 }) {
  const starved = site.starvedOf(node)
  if (starved === 0 || walked.outcome !== 0 || !site.random.chance(starved * notReadInTime)) return walked
  return { outcome: 5, elapsedMs: 2000 }
}
