import { isTurn, type SharedRow } from './agenda.ts'
import type { Calm } from './calm.ts'
import { askThrough, type CellCounts, type Desk, failedOf, isIdle, momentOf } from './desk.ts'
import type { Latencies } from './latencies.ts'
import type { Circle } from './mesh.ts'
import { probe, probeRows } from './probes.ts'
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
  readonly isExcused: (node: number) => boolean
  /** Hears of scheduled datagrams that did not arrive. */
  readonly missed: (target: number) => void
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
  const { node, circle, agenda } = asker
  const tally = newTally(site.cluster.zones.length)
  for (const target of circle.stable) askPeer(site, asker, tally, target, true)
  for (const target of circle.passing) askPeer(site, asker, tally, target, false)
  askNode(site, asker, tally, { probe: probe.http, target: node, perRound: 1, stable: true })
  for (const target of circle.hosts)
    askNode(site, asker, tally, { probe: probe.host, target, perRound: 1, stable: true })
  for (const target of [node, ...circle.nodePorts])
    askNode(site, asker, tally, { probe: probe.nodePort, target, perRound: 1, stable: true })
  for (const row of agenda) if (isTurn(row, circle.rank, site.round)) askShared(site, asker, tally, row)
  return tally
}

function askPeer(site: Site, asker: Asker, tally: Tally, target: number, stable: boolean): void {
  askNode(site, asker, tally, { probe: probe.http, target, perRound: 1, stable })
  askNode(site, asker, tally, { probe: probe.tcp, target, perRound: 1, stable })
  const fresh = stable ? datagramsPerRound - 1 : datagramsPerRound
  askNode(site, asker, tally, { probe: probe.udp, target, perRound: fresh, stable })
  if (stable) askNode(site, asker, tally, { probe: probe.udpFixed, target, perRound: 1, stable })
  askNode(site, asker, tally, { probe: probe.mtu, target, perRound: 1, stable })
}

function askNode(site: Site, asker: Asker, tally: Tally, cell: Cell): void {
  const { node, desk, calm } = asker
  const { target, perRound, stable } = cell
  if (asker.isExcused(target) && target !== node) return
  const row = probeRows[cell.probe]
  if (row === undefined) return
  const key = cell.probe * site.cluster.hosts + target
  // Where a NodePort's request ends is anybody's guess: all has to be well for it.
  const isCalm = calm.between(node, target) && (cell.probe !== probe.nodePort || calm.services)
  const easy = isCalm && isIdle(desk, key) && site.wire.allArrive(node === target ? 0 : row.packets * perRound)
  const counts = easy ? undefined : walkCell(site, asker, cell, key)
  const ok = counts === undefined ? perRound : okIn(counts)
  const failed = counts === undefined ? 0 : failedOf(counts)
  if (ok + failed === 0) return
  const zone = site.cluster.zoneOf[target] ?? 0
  if (ok > 0) countOk(tally, cell.probe * site.cluster.zones.length + zone, ok)
  countPlane(tally, cell.probe, ok + failed, failed)
  if (counts !== undefined) countFailures(tally, cell.probe, site.cluster.nodes[target] ?? '', counts)
  if (stable)
    tally.stable.push({
      peer: site.cluster.nodes[target] ?? '',
      ...pairOf(site, asker, cell, { key, ok, failed, counts }),
    })
}

interface Came {
  readonly key: number
  readonly ok: number
  readonly failed: number
  readonly counts: CellCounts | undefined
}

function pairOf(_site: Site, { node, latencies }: Asker, cell: Cell, { key, ok, failed, counts }: Came) {
  const row = probeRows[cell.probe] ?? { check: 'peer_http', packets: 0, trips: 0 }
  const buckets = new Map<number, number>()
  const history = node * 2 ** 24 + key
  for (let i = 0; i < ok; i++) {
    const bucket = latencies.bucket(node, cell.target, row.trips, counts?.heldUp[i] ?? 0)
    latencies.note(history, bucket)
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1)
  }
  const latency = [...buckets].sort(([a], [b]) => a - b)
  return { ...cellOf(row as (typeof probeRows)[number]), ok, failed, ...latencies.quantiles(history), latency }
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
function momentFor(site: Site, { node, setMoment }: Asker, at: number): number | undefined {
  setMoment(at)
  return site.agentOf(node) === health.well ? at : undefined
}

function walkCell(site: Site, asker: Asker, cell: Cell, key: number): CellCounts {
  const { node } = asker
  const { target, perRound } = cell
  const { nodes } = site.cluster
  const row = probeRows[cell.probe]
  const isDatagram = cell.stable && (cell.probe === probe.udp || cell.probe === probe.udpFixed)
  return askThrough(asker.desk, {
    ...{ key, round: site.round, perRound, everyRound: true },
    moment(index) {
      const at = momentFor(site, asker, momentOf(nodes[node] ?? '', nodes[target] ?? '', index, perRound))
      if (at === undefined && isDatagram) asker.missed(target)
      return at
    },
    walk(moment, index) {
      asker.setMoment(moment)
      let arrived = false
      const onArrival = () => {
        arrived = true
      }
      const asked = { source: node, target, fixed: cell.probe === probe.udpFixed, onArrival }
      const walked = starvedAnswer(site, node, row?.walk(site, asked))
      if (isDatagram && index < perRound && !arrived) asker.missed(target)
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
