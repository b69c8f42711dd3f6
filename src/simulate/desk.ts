import type { FailCount } from '../model/round.ts'
import { slotOf } from '../model/schedule.ts'
import { failureOf, fine, type Outcome, tookAllTime } from './outcome.ts'
import type { ProbeRow } from './probes.ts'

const slots = 16
const sendingShare = 0.8
const confirmations = 2
/** Rounds, when a round has ten seconds: 200 ms, and how long a probe waits at most. */
const confirmAfter = 0.02
const waitsAtMost = 0.2
/** A cell that answers every second time would be asked for ever. */
const confirmedAtMost = 12

/** What one cell came to in a round. */
export interface CellCounts {
  attempts: number
  readonly failed: Map<Outcome, number>
  /** Time beside the usual of those that were answered. */
  readonly heldUp: number[]
}

/** Knows which cells of an agent fail, and what is still on its way when a round ends. */
export interface Desk {
  readonly failing: Map<number, number>
  carried: Map<number, CellCounts>
}

export interface Question {
  /** The cell, among all of the agent. */
  readonly key: number
  readonly round: number
  readonly perRound: number
  /** Whether the cell is asked in every round: else it is still failing when its turn comes again. */
  readonly everyRound: boolean
  /** Which moment of the round the `index`-th is asked in; undefined when nobody asks then. */
  readonly moment: (index: number) => number | undefined
  readonly walk: (moment: number, index: number) => { readonly outcome: Outcome; readonly elapsedMs: number }
}

export function createDesk(): Desk {
  return { failing: new Map(), carried: new Map() }
}

/** Nothing is left over from before that would make this round of the cell a special one. */
export function isIdle({ failing, carried }: Desk, key: number): boolean {
  return failing.size === 0 ? carried.size === 0 : !failing.has(key) && !carried.has(key)
}

/** Asks one cell through a round as agents do: a first failure is confirmed by two more questions. */
export function askThrough(desk: Desk, question: Question): CellCounts {
  const { key, round, perRound, everyRound } = question
  const counts = desk.carried.get(key) ?? newCounts()
  const later = newCounts()
  const last = desk.failing.get(key)
  let failing = last !== undefined && (!everyRound || last === round - 1)
  const waiting: { readonly at: number; readonly index: number }[] = []
  for (let index = 0; index < perRound; index++) {
    const at = question.moment(index)
    if (at !== undefined) waiting.push({ at, index })
  }
  for (let asked = 0; asked < waiting.length && asked < confirmedAtMost; asked++) {
    const { at, index } = waiting[asked] ?? { at: 0, index: 0 }
    const { outcome, elapsedMs } = question.walk(at, index)
    const known = at + (tookAllTime(outcome) ? waitsAtMost : 0)
    // What is known late belongs to the next round; a cell that is not asked then would tell it long after.
    note(known < 1 || !everyRound ? counts : later, outcome, elapsedMs)
    const first = outcome !== fine && !failing
    failing = outcome !== fine
    if (!first) continue
    for (let again = 1; again <= confirmations; again++)
      waiting.push({ at: known + again * confirmAfter, index: perRound + again })
  }
  if (failing) desk.failing.set(key, round)
  else desk.failing.delete(key)
  if (later.attempts > 0) desk.carried.set(key, later)
  else desk.carried.delete(key)
  return counts
}

function newCounts(): CellCounts {
  return { attempts: 0, failed: new Map(), heldUp: [] }
}

/** The moment of the round in which an agent asks a target, from 0 to 0.8. */
export function momentOf(self: string, target: string, index: number, perRound: number): number {
  return (slotOf(self, target, index, perRound, slots) / slots) * sendingShare
}

export function failedOf({ failed }: CellCounts): number {
  let sum = 0
  for (const count of failed.values()) sum += count
  return sum
}

export function failRows({ cell }: ProbeRow, target: string, counts: CellCounts): readonly FailCount[] {
  const row = { ...cell, target, n: counts.attempts }
  return [...counts.failed].map(([outcome, failed]) => ({ ...row, failed, ...failureOf(outcome) }))
}

function note(counts: CellCounts, outcome: Outcome, elapsedMs: number): void {
  counts.attempts += 1
  if (outcome === fine) counts.heldUp.push(elapsedMs)
  else counts.failed.set(outcome, (counts.failed.get(outcome) ?? 0) + 1)
}
