import { checks, type Plane } from '../model/check.ts'
import type { FailCount, OkCount, StablePair } from '../model/round.ts'
import { type CellCounts, failedOf, failRows } from './desk.ts'
import { type ProbeRow, probeRows } from './probes.ts'

/** What one agent counts in one round. */
export interface Tally {
  /** By probe · zones + zone. */
  readonly okByZone: Int32Array
  /** By probe, then target. */
  readonly okByTarget: Map<number, number>
  readonly stable: StablePair[]
  readonly fails: FailCount[]
  readonly planes: Record<Plane, { asked: number; failed: number }>
}

/** Wider than any list of shared targets. */
export const targetsAtMost = 64

const planeOf = probeRows.map(({ check }) => checks[check].plane)

export function newTally(zones: number): Tally {
  const none = () => ({ asked: 0, failed: 0 })
  return {
    okByZone: new Int32Array(probeRows.length * zones),
    okByTarget: new Map(),
    stable: [],
    fails: [],
    planes: {
      ...{
        peers: none(),
        hosts: none(),
        dns: none(),
        services: none(),
        ingress: none(),
        api: none(),
        external: none(),
      },
    },
  }
}

export function countOk({ okByZone }: Tally, index: number, n: number): void {
  okByZone[index] = (okByZone[index] ?? 0) + n
}

/** The same for every cell, whether it went well or not. */
export function countPlane({ planes }: Tally, probe: number, asked: number, failed: number): void {
  const plane = planes[planeOf[probe] ?? 'peers']
  plane.asked += asked
  plane.failed += failed
}

export function countFailures(tally: Tally, probe: number, target: string, counts: CellCounts): void {
  const row = probeRows[probe]
  if (row === undefined || counts.failed.size === 0) return
  tally.fails.push(...failRows(row, target, counts))
}

/** Whether nearly all that has nothing to do with each other fails: then the one who asks is the suspect. */
export function mostPlanesFail({ planes }: Tally): boolean {
  const asked = Object.values(planes).filter((plane) => plane.asked > 0)
  const failing = asked.filter((plane) => plane.failed > plane.asked / 2)
  return asked.length >= 3 && failing.length > 0.8 * asked.length
}

export function okRows(
  { okByZone, okByTarget }: Tally,
  zones: readonly string[],
  targetName: (probe: number, target: number) => string,
): readonly OkCount[] {
  const rows: OkCount[] = []
  for (let index = 0; index < okByZone.length; index++) {
    const n = okByZone[index] ?? 0
    const row = probeRows[Math.floor(index / zones.length)]
    if (n > 0 && row !== undefined) rows.push({ ...cellOf(row), zone: zones[index % zones.length] ?? '', n })
  }
  for (const [key, n] of okByTarget) {
    const probe = Math.floor(key / targetsAtMost)
    const row = probeRows[probe]
    if (n > 0 && row !== undefined) rows.push({ ...cellOf(row), target: targetName(probe, key % targetsAtMost), n })
  }
  return rows
}

export function cellOf({ check, variant, family }: ProbeRow) {
  return { check, ...(variant !== undefined && { variant }), family }
}

export function okIn(counts: CellCounts): number {
  return counts.attempts - failedOf(counts)
}
