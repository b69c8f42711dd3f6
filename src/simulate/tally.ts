import { checks } from '../model/check.ts'
import type { FailCount, OkCount, StablePair } from '../model/round.ts'
import { type CellCounts, failedOf, failRows } from './desk.ts'
import { probeRows } from './probes.ts'

/** What one agent counts in one round. */
export interface Tally {
  /** By probe · zones + zone. */
  readonly okByZone: Int32Array
  /** Of shared targets. */
  readonly okShared: OkCount[]
  readonly stable: StablePair[]
  readonly fails: FailCount[]
  /** By probe. */
  readonly asked: Int32Array
  readonly failed: Int32Array
}

const planes = [...new Set(probeRows.map(({ cell }) => checks[cell.check].plane))]
const planeOf = probeRows.map(({ cell }) => planes.indexOf(checks[cell.check].plane))

export function newTally(zones: number): Tally {
  const byProbe = () => new Int32Array(probeRows.length)
  const okByZone = new Int32Array(probeRows.length * zones)
  return { okByZone, okShared: [], stable: [], fails: [], asked: byProbe(), failed: byProbe() }
}

export function countOk({ okByZone }: Tally, index: number, n: number): void {
  okByZone[index] = (okByZone[index] ?? 0) + n
}

/** The same for every cell, whether it went well or not. */
export function countAsked({ asked, failed }: Tally, probe: number, ok: number, bad: number): void {
  asked[probe] = (asked[probe] ?? 0) + ok + bad
  failed[probe] = (failed[probe] ?? 0) + bad
}

export function countFailures(tally: Tally, probe: number, target: string, counts: CellCounts): void {
  const row = probeRows[probe]
  if (row === undefined || counts.failed.size === 0) return
  tally.fails.push(...failRows(row, target, counts))
}

/** Whether nearly all that has nothing to do with each other fails: then the one who asks is the suspect. */
export function mostPlanesFail(tally: Tally): boolean {
  // Most rounds have nothing to suspect anybody of.
  if (tally.fails.length === 0) return false
  const sum = (of: Int32Array, plane: number) =>
    of.reduce((all, n, probe) => (planeOf[probe] === plane ? all + n : all), 0)
  const asked = [...planes.keys()].filter((plane) => sum(tally.asked, plane) > 0)
  const failing = asked.filter((plane) => sum(tally.failed, plane) > sum(tally.asked, plane) / 2)
  return asked.length >= 3 && failing.length > 0.8 * asked.length
}

export function okRows({ okByZone, okShared }: Tally, zones: readonly string[]): readonly OkCount[] {
  const rows: OkCount[] = []
  for (let index = 0; index < okByZone.length; index++) {
    const n = okByZone[index] ?? 0
    if (n === 0) continue
    const row = probeRows[Math.floor(index / zones.length)]
    if (row !== undefined) rows.push({ ...row.cell, zone: zones[index % zones.length] ?? '', n })
  }
  rows.push(...okShared)
  return rows
}

export function okIn(counts: CellCounts): number {
  return counts.attempts - failedOf(counts)
}
