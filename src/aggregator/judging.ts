import type { Census } from '../model/census.ts'
import type { Clock } from '../model/clock.ts'
import type { Finding } from '../model/finding.ts'
import type { Assembled, Assembler, Told } from './assemble.ts'

/** Says which component is at fault: the diagnosis, here or in a thread of its own. */
export interface Judge<Row> {
  observe(input: Assembled<Row>): Promise<readonly Finding[]>
}

/** What was made of one round. */
export interface Judged<Row> {
  readonly input: Assembled<Row>
  readonly findings: readonly Finding[]
  /** How long the judge took, and how long after the end of the round it was done. */
  readonly tookMs: number
  readonly lateMs: number
}

export interface JudgingParts<Row extends Told> {
  readonly assembler: Assembler<Row>
  readonly census: () => Census
  readonly judge: Judge<Row>
  readonly clock: Clock
  readonly roundMs: number
  readonly onJudged: (judged: Judged<Row>) => void
}

/** For so long after its end a round may still arrive: agents send at once, one that starves or is far takes longer. */
const graceMs = 2000
/** As long as more and more arrive it is us who are slow, and who is silent cannot be told yet: up to so much of a round. */
const arrivingShare = 0.4
/** For so many rounds those are waited for who have just begun themselves; who is silent then is cut off. */
const beginsWithin = 3
/** How often it is looked whether everybody has told already. */
const lookMs = 100

/**
 * Judges round after round until `signal` aborts: as soon as everybody has told, or the grace is over; before the first
 * of them what agents kept of the past, so that every window is full. Where a judge takes longer than a round, what
 * agents told of the rounds between comes with the next input. Rejects when the judge does.
 */
export async function keepJudging<Row extends Told>(parts: JudgingParts<Row>, signal: AbortSignal): Promise<void> {
  const { assembler, census, clock, roundMs } = parts
  let round = Math.floor(clock.wallMs() / roundMs)
  const latest = round + beginsWithin
  let hasBegun = false
  while (!signal.aborted) {
    await whenTold(parts, round, signal).catch(() => undefined)
    if (signal.aborted) return
    // Who was stopped has heard nobody meanwhile, which says nothing of them: what they told comes with a later round.
    if (clock.wallMs() > (round + 2) * roundMs) {
      round = Math.floor(clock.wallMs() / roundMs)
      continue
    }
    if (!hasBegun) {
      hasBegun = round >= latest || assembler.hasBegun(census())
      if (hasBegun) await judgePast(parts, round, signal)
    }
    if (hasBegun) await judge(parts, assembler.take, round)
    round = hasBegun ? Math.max(round + 1, Math.floor(clock.wallMs() / roundMs) - 1) : round + 1
  }
}

async function judgePast<Row extends Told>(parts: JudgingParts<Row>, before: number, signal: AbortSignal) {
  for (const round of parts.assembler.past(before, parts.census())) {
    if (signal.aborted) return
    await judge(parts, parts.assembler.takePast, round)
  }
}

async function judge<Row extends Told>(parts: JudgingParts<Row>, take: Assembler<Row>['take'], round: number) {
  const { clock, roundMs } = parts
  const input = take(round, parts.census())
  const began = clock.monotonicMs()
  const findings = await parts.judge.observe(input)
  const lateMs = clock.wallMs() - (round + 1) * roundMs
  parts.onJudged({ input, findings, tookMs: clock.monotonicMs() - began, lateMs })
}

async function whenTold<Row extends Told>(parts: JudgingParts<Row>, round: number, signal: AbortSignal) {
  const { assembler, census, clock, roundMs } = parts
  const endMs = (round + 1) * roundMs
  await clock.sleep(Math.max(0, endMs - clock.wallMs()), signal)
  let heard = -1
  while (clock.wallMs() < endMs + arrivingShare * roundMs && !assembler.isWhole(round, census())) {
    const before = heard
    heard = assembler.heard(round, census())
    if (clock.wallMs() >= endMs + graceMs && heard === before) return
    await clock.sleep(lookMs, signal)
  }
}
