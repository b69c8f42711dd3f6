import type { IpFamily } from '../model/check.ts'
import type { StablePair } from '../model/round.ts'
import { isTurn, type SharedRow } from './agenda.ts'
import type { Calm } from './calm.ts'
import { askThrough, type CellCounts, type Desk, failedOf, isIdle, momentOf } from './desk.ts'
import type { Latencies } from './latencies.ts'
import { counted, single } from './latency-counts.ts'
import type { Life } from './life.ts'
import type { PeerCell } from './peer-cells.ts'
import { kindOfProbe, probe, probeRows } from './probes.ts'
import type { Site } from './site.ts'
import { countAsked, countFailures, countOk, newTally, okIn, type Tally } from './tally.ts'
import { health } from './weather.ts'

/** One agent in one round. */
export interface Asker {
  readonly node: number
  /** Its turn at shared targets. */
  readonly rank: number
  readonly cells: readonly PeerCell[]
  readonly desk: Desk
  readonly agenda: readonly SharedRow[]
  readonly calm: Calm
  readonly latencies: Latencies
  /** Sets the moment that the site is looked at. */
  readonly setMoment: (moment: number) => void
  readonly life: Life
  /** Hears of scheduled datagrams that did not arrive. */
  readonly missed: (target: number, family: IpFamily) => void
  /** Whether the agent is of a version that does not know all checks. */
  readonly isOlder: boolean
}

/** Asks all that is on an agent's plan for this round. */
export function askAll(site: Site, asker: Asker): Tally {
  const { cells, agenda, rank } = asker
  const tally = newTally(site.cluster.zones.length)
  const known = (number: number) => !asker.isOlder || !newerProbes.includes(kindOfProbe(number))
  for (const cell of cells) if (known(cell.probe)) askNode(site, asker, tally, cell)
  for (const row of agenda) if (isTurn(row, rank, site.round) && known(row.probe)) askShared(site, asker, tally, row)
  return tally
}

/** What an older version does not ask. */
const newerProbes: readonly number[] = [probe.mtu, probe.canary]

function askNode(site: Site, asker: Asker, tally: Tally, cell: PeerCell): void {
  const { node, desk, calm } = asker
  const { target, perRound, key } = cell
  if (asker.life.isExcused(target) && target !== node) return
  // Where a NodePort's request ends is anybody's guess: all has to be well for it.
  const isCalm = calm.between(node, target) && (kindOfProbe(cell.probe) !== probe.nodePort || calm.services)
  const easy = isCalm && isIdle(desk, key) && site.wire.allArrive(node === target ? 0 : cell.row.packets * perRound)
  const counts = easy ? undefined : walkCell(site, asker, cell)
  const ok = counts === undefined ? perRound : okIn(counts)
  const failed = counts === undefined ? 0 : failedOf(counts)
  if (ok + failed === 0) return
  if (ok > 0) countOk(tally, cell.probe * site.cluster.zones.length + (site.cluster.zoneOf[target] ?? 0), ok)
  countAsked(tally, cell.probe, ok, failed)
  if (counts !== undefined) countFailures(tally, cell.probe, site.cluster.nodes[target] ?? '', counts)
  if (cell.stable) tally.stable.push(stableRow(site, asker, cell, { ok, failed, counts }))
}

interface Came {
  readonly ok: number
  readonly failed: number
  readonly counts: CellCounts | undefined
}

function stableRow(site: Site, { node, latencies }: Asker, cell: PeerCell, { ok, failed, counts }: Came): StablePair {
  const { target, key, row } = cell
  const history = latencies.history(node, key)
  const answer = (i: number) => {
    const bucket = latencies.bucket(node, target, row.trips, counts?.heldUp[i] ?? 0)
    latencies.note(history, bucket)
    return bucket
  }
  const latency = ok === 1 ? single(answer(0)) : counted(Array.from({ length: ok }, (_, i) => answer(i)))
  const pair = { ...row.cell, peer: site.cluster.nodes[target] ?? '', ok, failed, latency }
  if (latencies.isEmpty(history)) return pair
  return { ...pair, p50Ms: latencies.quantileMs(history, 0.5), p99Ms: latencies.quantileMs(history, 0.99) }
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
  if (ok > 0) tally.okShared.push({ ...row.cell, target: name, n: ok })
  countAsked(tally, shared.probe, ok, failed)
  if (counts !== undefined) countFailures(tally, shared.probe, name, counts)
  if (everyRounds > 1 && counts === undefined) desk.failing.delete(key)
}

/** Only a running agent asks. */
function momentFor(site: Site, { node, life, setMoment }: Asker, at: number): number | undefined {
  setMoment(at)
  return at >= life.bornAt(node) && site.agentOf(node) === health.well ? at : undefined
}

function walkCell(site: Site, asker: Asker, cell: PeerCell): CellCounts {
  const { node } = asker
  const { target, perRound, key, row } = cell
  const { nodes } = site.cluster
  const { family } = row.cell
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
      const walked = starvedAnswer(site, node, row.walk(site, asked))
      if (isDatagram && index < perRound && !arrived) asker.missed(target, family)
      return walked
    },
  })
}

function walkShared(site: Site, asker: Asker, { probe: number, target, name, everyRounds }: SharedRow, key: number) {
  const { node } = asker
  const row = probeRows[number]
  const own = site.cluster.nodes[node] ?? ''
  const family = row?.cell.family ?? 4
  return askThrough(asker.desk, {
    ...{ key, round: site.round, perRound: 1, everyRound: everyRounds === 1 },
    moment: (index) => momentFor(site, asker, momentOf(own, `${number}/${name}`, index, 1)),
    walk(moment) {
      asker.setMoment(moment)
      site.wire.useFamily(family)
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
