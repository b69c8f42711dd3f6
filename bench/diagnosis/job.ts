import type { NoiseLevel } from '../../src/simulate/noise.ts'
import { firstReportedSeed } from '../../src/simulate/seeds.ts'
import type { Row } from './rows.ts'

/** What one process of its own does. Its name is where its result is kept: the same job is not done twice. */
export type Job = RowJob | SoakJob

export interface RowJob {
  readonly is: 'row'
  readonly row: Row
  readonly seed: number
  /** From 0; the `part`-th of the row's parts. */
  readonly part: number
}

/** One long run in which nothing is broken. */
export interface SoakJob {
  readonly is: 'soak'
  readonly nodes: number
  readonly noise: NoiseLevel
  readonly seed: number
  readonly rounds: number
}

/** A run this long remembers as much as one of a month, and is over within minutes. */
const soakRounds = 2500

/** Which of the tables the result belongs to. */
export function groupOf(job: Job): string {
  return job.is === 'row' ? job.row.name : `soak-n${job.nodes}-${job.noise}`
}

export function keyOf(job: Job): string {
  return job.is === 'row' && job.row.parts > 1 ? `${job.seed}.${job.part}` : String(job.seed)
}

export function rowJobs(row: Row, seedsAtMost: number): readonly RowJob[] {
  const seeds = seedsFrom(Math.min(row.seeds, seedsAtMost))
  return seeds.flatMap((seed) =>
    Array.from({ length: row.parts }, (_, part) => ({ is: 'row' as const, row, seed, part })),
  )
}

export function scenariosOf({ row, part }: RowJob): readonly string[] {
  return row.scenarios.filter((_, index) => index % row.parts === part)
}

/** As many runs as it takes, each with a seed of its own. */
export function soakJobs(nodes: number, noise: NoiseLevel, nodeRounds: number): readonly SoakJob[] {
  const runs = Math.ceil(nodeRounds / (nodes * soakRounds))
  return seedsFrom(runs).map((seed) => ({ is: 'soak', nodes, noise, seed, rounds: soakRounds }))
}

function seedsFrom(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => firstReportedSeed + i)
}
