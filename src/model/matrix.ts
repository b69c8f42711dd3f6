import { type Check, checks, type Variant } from './check.ts'
import type { Reason } from './failure.ts'
import { quantileMs } from './latency.ts'
import type { Round } from './round.ts'

/** What is known of one path over a window of rounds. No cell at all means unknown, which is not green. */
export interface Cell {
  readonly attempts: number
  readonly failures: number
  readonly reasons: Readonly<Partial<Record<Reason, number>>>
  readonly p50Ms?: number
  readonly p99Ms?: number
  /** The last round that said anything. */
  readonly round: number
}

export interface Matrix {
  readonly check: Check
  readonly variant?: Variant
  /** Absent where rows are nodes. */
  readonly level?: 'zone'
  /** Those who ask. */
  readonly rows: readonly string[]
  /** Those who are asked: nodes, or shared targets. */
  readonly columns: readonly string[]
  readonly cells: ReadonlyMap<string, ReadonlyMap<string, Cell>>
}

export function failureRatio({ attempts, failures }: Cell): number {
  return attempts === 0 ? 0 : failures / attempts
}

interface Tally {
  attempts: number
  failures: number
  readonly reasons: Partial<Record<Reason, number>>
  readonly latency: Map<number, number>
  round: number
}

/**
 * Folds rounds into one matrix per check and variant. Rounds may come in any order; each counts once. A peer that is
 * not stable shows only where it failed: its successes are known by zone alone.
 */
export function foldMatrices(rounds: readonly Round[], nodes: readonly string[]): readonly Matrix[] {
  const matrices = new Map<string, { check: Check; variant?: Variant; tallies: Map<string, Map<string, Tally>> }>()

  function tally(round: Round, check: Check, variant: Variant | undefined, target: string): Tally {
    const key = `${check}/${variant ?? ''}`
    const matrix = upsert(matrices, key, () => ({ check, ...(variant && { variant }), tallies: new Map() }))
    const row = upsert(matrix.tallies, round.node, () => new Map<string, Tally>())
    const cell = upsert(row, target, newTally)
    cell.round = Math.max(cell.round, round.round)
    return cell
  }

  for (const round of rounds) {
    const counted = new Set<string>()
    for (const { peer, check, variant, family, ok, failed, latency } of round.stable) {
      counted.add(`${check}/${variant ?? ''}/${family}/${peer}`)
      const cell = tally(round, check, variant, peer)
      cell.attempts += ok + failed
      for (const [bucket, count] of latency) cell.latency.set(bucket, (cell.latency.get(bucket) ?? 0) + count)
    }
    for (const { check, target, variant, n } of round.ok) {
      if (target !== undefined) tally(round, check, variant, target).attempts += n
    }
    for (const { check, target, variant, family, n, failed, reason } of round.fails) {
      const cell = tally(round, check, variant, target)
      cell.failures += failed
      cell.reasons[reason] = (cell.reasons[reason] ?? 0) + failed
      const key = `${check}/${variant ?? ''}/${family}/${target}`
      // A shared target's successes are counted above. Those of a passing peer are in `n`, once for all its reasons.
      if (checks[check].subject === 'shared') cell.attempts += failed
      else if (!counted.has(key)) cell.attempts += n
      counted.add(key)
    }
  }
  return [...matrices.values()].map(({ check, variant, tallies }) => ({
    check,
    ...(variant && { variant }),
    rows: [...nodes],
    columns: columnsOf(check, nodes, tallies),
    cells: new Map([...tallies].map(([row, cells]) => [row, new Map([...cells].map(([to, t]) => [to, cellOf(t)]))])),
  }))
}

function columnsOf(check: Check, nodes: readonly string[], tallies: Map<string, Map<string, Tally>>) {
  if (checks[check].subject === 'peer') return [...nodes]
  return [...new Set([...tallies.values()].flatMap((row) => [...row.keys()]))].sort(naturally)
}

function cellOf({ attempts, failures, reasons, latency, round }: Tally): Cell {
  const counts: number[] = []
  for (const [bucket, count] of latency) counts[bucket] = count
  const p50Ms = quantileMs(counts, 0.5)
  const p99Ms = quantileMs(counts, 0.99)
  return {
    attempts,
    failures,
    reasons,
    round,
    ...(p50Ms !== undefined && { p50Ms }),
    ...(p99Ms !== undefined && { p99Ms }),
  }
}

function newTally(): Tally {
  return { attempts: 0, failures: 0, reasons: {}, latency: new Map(), round: 0 }
}

function upsert<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const fresh = make()
  map.set(key, fresh)
  return fresh
}

/** `dns-2` before `dns-10`. */
export function naturally(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
