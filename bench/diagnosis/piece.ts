import type { RunScore } from '../../src/simulate/score.ts'
import type { Words } from './confidence.ts'
import type { Counts } from './counts.ts'
import type { Timing } from './stopwatch.ts'

/** What one job came to, as it is kept: pieces of the same group add up to a row of a table. */
export interface Piece {
  /** Of the sources that it was measured with; pieces of different ones do not add up. */
  readonly code: string
  /** ISO 8601. */
  readonly measured: string
  readonly minutes: number
  readonly engine: Counts
  readonly words: Words
  readonly timing: Timing
  readonly heapMiB: number
  /** Highest of the whole process, the simulated cluster included. */
  readonly rssMiB: number
  readonly others: Readonly<Record<string, Counts>>
  /** Scenarios in which not all went well. */
  readonly flaws: Readonly<Record<string, Flaws>>
  /** What the false findings said, and how often. */
  readonly falseFaults: Readonly<Record<string, number>>
}

export interface Flaws {
  readonly missed: number
  /** Found, but called another fault. */
  readonly inexact: number
  readonly false: number
}

/** Scenario by scenario, without those of which there is nothing to say. */
export function flawsIn(runs: readonly RunScore[]): Readonly<Record<string, Flaws>> {
  const byScenario = Map.groupBy(runs, ({ scenario }) => scenario)
  const flaws = [...byScenario].map(([scenario, list]) => [scenario, flawsOf(list)] as const)
  return Object.fromEntries(flaws.filter(([, one]) => one.missed + one.inexact + one.false > 0))
}

export function falseFaultsIn(runs: readonly RunScore[]): Readonly<Record<string, number>> {
  const byFault = Map.groupBy(
    runs.flatMap(({ falseFindings }) => falseFindings),
    ({ fault }) => fault,
  )
  return Object.fromEntries([...byFault].map(([fault, list]) => [fault, list.length]))
}

function flawsOf(runs: readonly RunScore[]): Flaws {
  const faults = runs.flatMap((run) => run.faults)
  return {
    missed: faults.filter(({ detected }) => !detected).length,
    inexact: faults.filter(({ detected, exactFault }) => detected && !exactFault).length,
    false: runs.flatMap(({ falseFindings }) => falseFindings).length,
  }
}
