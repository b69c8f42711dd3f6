import { type Check, checks, type Variant } from './check.ts'
import type { Reason } from './failure.ts'
import { type Cell, type Matrix, naturally } from './matrix.ts'
import type { Round } from './round.ts'

interface Tally {
  attempts: number
  failures: number
  readonly reasons: Partial<Record<Reason, number>>
  round: number
}

interface Tallies {
  readonly check: Check
  readonly variant?: Variant
  readonly cells: Map<string, Map<string, Tally>>
}

/**
 * Folds rounds into one zone × zone matrix per peer check and variant. Unlike node by node nothing is missing here:
 * agents tell every success with the zone of the peer. What a node asks itself says nothing of a zone and is left out;
 * so is what failed at a node whose zone nobody knows.
 */
export function foldZones(rounds: readonly Round[], zoneOf: ReadonlyMap<string, string>): readonly Matrix[] {
  const matrices = new Map<string, Tallies>()

  function tally(round: Round, { check, variant }: Kind, to: string): Tally {
    const key = `${check}/${variant ?? ''}`
    const matrix = matrices.get(key) ?? { check, ...(variant && { variant }), cells: new Map() }
    matrices.set(key, matrix)
    const from = zoneOf.get(round.node) ?? round.zone
    const row = matrix.cells.get(from) ?? new Map<string, Tally>()
    matrix.cells.set(from, row)
    const cell = row.get(to) ?? { attempts: 0, failures: 0, reasons: {}, round: 0 }
    row.set(to, cell)
    cell.round = Math.max(cell.round, round.round)
    return cell
  }

  for (const round of rounds) {
    const loops = loopsOf(round)
    for (const row of round.ok) {
      if (row.zone === undefined) continue
      const n = row.n - (row.zone === round.zone ? (loops.get(keyOf(row)) ?? 0) : 0)
      if (n > 0) tally(round, row, row.zone).attempts += n
    }
    for (const row of round.fails) {
      const to = zoneOf.get(row.target)
      if (checks[row.check].subject !== 'peer' || row.target === round.node || to === undefined) continue
      const cell = tally(round, row, to)
      cell.attempts += row.failed
      cell.failures += row.failed
      cell.reasons[row.reason] = (cell.reasons[row.reason] ?? 0) + row.failed
    }
  }
  return [...matrices.values()].map((matrix) => matrixOf(matrix, zoneOf))
}

type Kind = Pick<Round['stable'][number], 'check' | 'variant' | 'family'>

/** How often a node has reached itself. */
function loopsOf({ node, stable }: Round): ReadonlyMap<string, number> {
  return new Map(stable.filter(({ peer }) => peer === node).map((pair) => [keyOf(pair), pair.ok]))
}

function keyOf({ check, variant, family }: Kind): string {
  return `${check}/${variant ?? ''}/${family}`
}

function matrixOf({ cells, ...about }: Tallies, zoneOf: ReadonlyMap<string, string>): Matrix {
  const told = [...cells].flatMap(([from, row]) => [from, ...row.keys()])
  const zones = [...new Set([...zoneOf.values(), ...told])].sort(naturally)
  return {
    ...about,
    level: 'zone',
    rows: zones,
    columns: zones,
    cells: cells as ReadonlyMap<string, Map<string, Cell>>,
  }
}
