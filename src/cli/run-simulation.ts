import { setImmediate } from 'node:timers/promises'

import { createDiagnosis } from '../diagnosis/diagnosis.ts'
import type { RoundInput } from '../model/recording.ts'
import type { NoiseLevel } from '../simulate/noise.ts'
import type { Scenario } from '../simulate/scenario.ts'
import { createScorer, type RunScore } from '../simulate/score.ts'
import { simulate } from '../simulate/simulate.ts'

export interface Run {
  readonly nodes: number
  readonly zones: number
  readonly noise: NoiseLevel
  readonly scenario: Scenario
  readonly seed: number
}

export interface Running {
  readonly signal: AbortSignal
  /** Takes every round before it is judged. */
  readonly write: (input: RoundInput) => void
  readonly onRound: () => void
}

/** One cluster, one scenario, one seed: simulated, judged and scored. */
export async function runSimulation(run: Run, { signal, write, onRound }: Running): Promise<RunScore> {
  const scorer = createScorer(run.scenario.name, run.seed)
  const diagnosis = createDiagnosis()
  for (const round of simulate(run)) {
    write(round.input)
    scorer.observe(round, diagnosis.observe(round.input))
    onRound()
    // Whoever wants to stop us has to be heard.
    await setImmediate()
    signal.throwIfAborted()
  }
  return scorer.result()
}
