import type { IpFamily } from '../model/check.ts'
import type { Finding } from '../model/finding.ts'
import type { Frame, RoundInput } from '../model/recording.ts'
import type { Round } from '../model/round.ts'
import { createEngine, type Engine } from './engine.ts'
import { toldOnce } from './families.ts'

/** Says which component is at fault. Pure: the same inputs in the same order give the same findings. */
export interface Diagnosis {
  /**
   * Judges one more round; tells all that is open or recovering, and what closed in this very round. What agents told
   * may be in any order in an array; it is read once, but where an IP family is seen for the first time.
   */
  observe(input: RoundInput<Iterable<Round>>): readonly Finding[]
}

/**
 * IPv4 and IPv6 are networks of their own on the same wires: each is judged by itself, for half of a node's probes
 * would look like a loss of half of its packets. What both say is told once.
 */
export function createDiagnosis(): Diagnosis {
  const engines = new Map<IpFamily, Engine>()

  function begin(family: IpFamily, frame: Frame): Engine {
    const engine = createEngine()
    engines.set(family, engine)
    engine.begin(frame)
    return engine
  }

  function takeAll(rounds: Iterable<Round>, frame: Frame): void {
    let taken = 0
    for (const round of rounds) {
      for (const family of familiesOf(round)) {
        if (engines.has(family)) continue
        const engine = begin(family, frame)
        for (const earlier of Iterator.from(rounds).take(taken)) engine.take(overFamily(earlier, family))
      }
      for (const [family, engine] of engines) engine.take(overFamily(round, family))
      taken += 1
    }
  }

  return {
    observe({ rounds, ...frame }) {
      for (const engine of engines.values()) engine.begin(frame)
      takeAll(Array.isArray(rounds) ? rounds.toSorted((a, b) => a.round - b.round) : rounds, frame)
      if (engines.size === 0) begin(4, frame)
      const told = [...engines].map(([family, engine]) => ({ family, findings: engine.judge(frame) }))
      if (told.length === 1) return told.flatMap(({ findings }) => findings)
      return toldOnce(told.flatMap(({ family, findings }) => findings.map((finding) => ({ finding, family }))))
    },
  }
}

function familiesOf({ ok, fails }: Round): ReadonlySet<IpFamily> {
  const found = new Set<IpFamily>()
  for (const { family } of ok) found.add(family)
  for (const { family } of fails) found.add(family)
  return found
}

function overFamily(round: Round, family: IpFamily): Round {
  const isOf = (row: { readonly family: IpFamily }) => row.family === family
  const { ok, stable, fails, received } = round
  if (ok.every(isOf) && stable.every(isOf) && fails.every(isOf) && received.every(isOf)) return round
  return {
    ...round,
    ok: ok.filter(isOf),
    stable: stable.filter(isOf),
    fails: fails.filter(isOf),
    received: received.filter(isOf),
  }
}
