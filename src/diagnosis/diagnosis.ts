import type { IpFamily } from '../model/check.ts'
import type { Finding } from '../model/finding.ts'
import type { RoundInput } from '../model/recording.ts'
import type { Round } from '../model/round.ts'
import { createEngine } from './engine.ts'
import { toldOnce } from './families.ts'

/** Says which component is at fault. Pure: the same inputs in the same order give the same findings. */
export interface Diagnosis {
  /** Judges one more round; tells all that is open or recovering, and what closed in this very round. */
  observe(input: RoundInput): readonly Finding[]
}

/**
 * IPv4 and IPv6 are networks of their own on the same wires: each is judged by itself, for half of a node's probes
 * would look like a loss of half of its packets. What both say is told once.
 */
export function createDiagnosis(): Diagnosis {
  const engines = new Map<IpFamily, Diagnosis>()

  return {
    observe(input) {
      for (const family of familiesIn(input.rounds)) if (!engines.has(family)) engines.set(family, createEngine())
      if (engines.size === 0) engines.set(4, createEngine())
      if (engines.size === 1) return [...engines.values()].flatMap((engine) => engine.observe(input))
      const told = [...engines].flatMap(([family, engine]) =>
        engine.observe(overFamily(input, family)).map((finding) => ({ finding, family })),
      )
      return toldOnce(told)
    },
  }
}

function familiesIn(rounds: readonly Round[]): ReadonlySet<IpFamily> {
  const found = new Set<IpFamily>()
  for (const { ok, fails } of rounds) {
    for (const { family } of ok) found.add(family)
    for (const { family } of fails) found.add(family)
    if (found.size > 1) break
  }
  return found
}

function overFamily(input: RoundInput, family: IpFamily): RoundInput {
  const isOf = (row: { readonly family: IpFamily }) => row.family === family
  const rounds = input.rounds.map((round) => ({
    ...round,
    ok: round.ok.filter(isOf),
    stable: round.stable.filter(isOf),
    fails: round.fails.filter(isOf),
    received: round.received.filter(isOf),
  }))
  return { ...input, rounds }
}
