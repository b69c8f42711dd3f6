import { checks } from '../model/check.ts'
import { bucketOf, countLatency, type LatencyCounts, newLatencyCounts, quantileMs } from '../model/latency.ts'
import type { Result } from '../model/result.ts'
import type { FailCount, OkCount, Round, StablePair } from '../model/round.ts'
import type { Target } from '../model/target.ts'

/** After how many rounds old latencies count half. */
const latencyHalfLife = 12

/** What one round came to, before it is known whether it counts. */
export type Tallied = Pick<Round, 'ok' | 'stable' | 'fails'>

export interface Recorder {
  record(result: Result): void
  /** This round's counts; the next round begins empty. */
  take(): Tallied
  /** Forgets the latency of pairs that are no longer probed. */
  keepOnly(isProbed: (key: string) => boolean): void
}

interface CellTally {
  readonly target: Target
  attempts: number
  readonly failed: Map<string, FailCount>
  readonly latency: Map<number, number>
}

interface Latency {
  readonly counts: LatencyCounts
  rounds: number
}

/** Counts results by cell within a round, and keeps the latency of stable pairs across rounds. */
export function createRecorder(): Recorder {
  let cells = new Map<string, CellTally>()
  const latencies = new Map<string, Latency>()

  function latencyOf(key: string): Latency {
    const known = latencies.get(key) ?? { counts: newLatencyCounts(), rounds: 0 }
    latencies.set(key, known)
    return known
  }

  function pairOf(key: string, { target, attempts, failed, latency }: CellTally): StablePair {
    const failures = sum([...failed.values()].map((row) => row.failed))
    const history = latencies.get(key)
    const p50Ms = history && quantileMs(history.counts, 0.5)
    const p99Ms = history && quantileMs(history.counts, 0.99)
    return {
      peer: target.name,
      ...cellName(target),
      ok: attempts - failures,
      failed: failures,
      ...(p50Ms !== undefined && { p50Ms: rounded(p50Ms) }),
      ...(p99Ms !== undefined && { p99Ms: rounded(p99Ms) }),
      latency: [...latency].sort(([a], [b]) => a - b),
    }
  }

  return {
    record(result) {
      const { target } = result
      const key = cellKey(target)
      const cell = cells.get(key) ?? { target, attempts: 0, failed: new Map(), latency: new Map() }
      cells.set(key, cell)
      cell.attempts += 1
      if (result.outcome === 'failed') return addFailure(cell, result)
      if (!target.stable) return
      const bucket = bucketOf(result.durationMs)
      cell.latency.set(bucket, (cell.latency.get(bucket) ?? 0) + 1)
      countLatency(latencyOf(key).counts, result.durationMs)
    },

    take() {
      const taken = cells
      cells = new Map()
      for (const latency of latencies.values()) age(latency)
      const all = [...taken]
      return {
        ok: okCounts(all.map(([, cell]) => cell)),
        stable: all.filter(([, { target }]) => target.stable).map(([key, cell]) => pairOf(key, cell)),
        fails: all.flatMap(([, { failed, attempts }]) => [...failed.values()].map((row) => ({ ...row, n: attempts }))),
      }
    },

    keepOnly(isProbed) {
      for (const key of latencies.keys()) if (!isProbed(key)) latencies.delete(key)
    },
  }
}

/** What tells one cell of the matrices from another. */
export function cellKey({ check, name, variant, family }: Target): string {
  return `${check}/${variant ?? ''}/${family}/${name}`
}

function cellName({ check, variant, family }: Target) {
  return { check, ...(variant !== undefined && { variant }), family }
}

function addFailure(cell: CellTally, result: Result & { readonly outcome: 'failed' }): void {
  const { target, reason } = result
  const phase = result.phases.at(-1)?.phase ?? 'connect'
  const key = `${reason}/${phase}`
  const failed = (cell.failed.get(key)?.failed ?? 0) + 1
  cell.failed.set(key, { ...cellName(target), target: target.name, n: 0, failed, reason, phase })
}

/** Successes by target, or for peers by zone: the counters that make a report's size independent of the peers. */
function okCounts(cells: readonly CellTally[]): readonly OkCount[] {
  const counts = new Map<string, OkCount>()
  for (const { target, attempts, failed } of cells) {
    const n = attempts - sum([...failed.values()].map((row) => row.failed))
    if (n === 0) continue
    const place = checks[target.check].subject === 'peer' ? { zone: target.peer?.zone ?? '' } : { target: target.name }
    const key = JSON.stringify([target.check, target.variant, target.family, place])
    counts.set(key, { ...cellName(target), ...place, n: n + (counts.get(key)?.n ?? 0) })
  }
  return [...counts.values()]
}

function age(latency: Latency): void {
  latency.rounds += 1
  if (latency.rounds % latencyHalfLife !== 0) return
  for (let i = 0; i < latency.counts.length; i++) latency.counts[i] = (latency.counts[i] ?? 0) >>> 1
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0)
}

function rounded(ms: number): number {
  return Number(ms.toPrecision(3))
}
