import type { Census } from '../model/census.ts'
import type { Clock } from '../model/clock.ts'
import type { Finding } from '../model/finding.ts'
import type { RoundInput } from '../model/recording.ts'
import type { Assembler } from './assemble.ts'

/** Says which component is at fault: the diagnosis, here or in a thread of its own. */
export interface Judge {
  observe(input: RoundInput): Promise<readonly Finding[]>
}

/** What was made of one round. */
export interface Judged {
  readonly input: RoundInput
  readonly findings: readonly Finding[]
  /** How long the judge took, and how long after the end of the round it was done. */
  readonly tookMs: number
  readonly lateMs: number
}

export interface JudgingParts {
  readonly assembler: Assembler
  readonly census: () => Census
  readonly judge: Judge
  readonly clock: Clock
  readonly roundMs: number
  readonly onJudged: (judged: Judged) => void
}

/** For so long after its end a round may still arrive: agents send at once, one that starves or is far takes longer. */
const graceMs = 2000
/** For so many rounds those are waited for who have just begun themselves; who is silent then is cut off. */
const beginsWithin = 3
/** How often it is looked whether everybody has told already. */
const lookMs = 100

/**
 * Judges round after round until `signal` aborts: as soon as everybody has told, or the grace is over. Where a judge takes
 * longer than a round, what agents told of the rounds between comes with the next input. Rejects when the judge does.
 */
export async function keepJudging(parts: JudgingParts, signal: AbortSignal): Promise<void> {
  const { assembler, census, judge, clock, roundMs } = parts
  let round = Math.floor(clock.wallMs() / roundMs)
  const latest = round + beginsWithin
  let hasBegun = false
  while (!signal.aborted) {
    await whenTold(parts, round, signal).catch(() => undefined)
    if (signal.aborted) return
    hasBegun ||= round >= latest || assembler.hasBegun(census())
    if (!hasBegun) {
      round += 1
      continue
    }
    const input = assembler.take(round, roundMs / 1000, census())
    const began = clock.monotonicMs()
    const findings = await judge.observe(input)
    const lateMs = clock.wallMs() - (round + 1) * roundMs
    parts.onJudged({ input, findings, tookMs: clock.monotonicMs() - began, lateMs })
    round = Math.max(round + 1, Math.floor(clock.wallMs() / roundMs) - 1)
  }
}

async function whenTold({ assembler, census, clock, roundMs }: JudgingParts, round: number, signal: AbortSignal) {
  const endMs = (round + 1) * roundMs
  await clock.sleep(Math.max(0, endMs - clock.wallMs()), signal)
  while (clock.wallMs() < endMs + graceMs && !assembler.isWhole(round, census())) await clock.sleep(lookMs, signal)
}
