/**
 * Fits the words of confidence to what was true of simulated clusters, on tuning seeds, and writes the table that the
 * engine looks them up in (about ten minutes):
 *
 *     npm run bench:calibrate
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { createEngine } from '../../src/diagnosis/engine.ts'
import type { NoiseLevel } from '../../src/simulate/noise.ts'
import type { Scenario } from '../../src/simulate/scenario.ts'
import { ipv6Cut } from '../../src/simulate/scenarios/dual-stack.ts'
import * as scenarioList from '../../src/simulate/scenarios/list.ts'
import { createScorer } from '../../src/simulate/score.ts'
import { firstReportedSeed } from '../../src/simulate/seeds.ts'
import { type SimulateOptions, simulate } from '../../src/simulate/simulate.ts'
import { isotonic, type Sample } from './isotonic.ts'

const file = join(import.meta.dirname, '../../src/diagnosis/calibration.ts')
const clusters: readonly { readonly nodes: number; readonly noise: NoiseLevel }[] = [
  { nodes: 12, noise: 'N2' },
  { nodes: 12, noise: 'N3' },
  { nodes: 30, noise: 'N2' },
  { nodes: 30, noise: 'N3' },
]
/** The engine of one IP family judges: those of two would be mixed up. */
const scenarios = Object.values<Scenario>(scenarioList).filter(({ name }) => name !== ipv6Cut.name)
/** Below the reported ones. */
const seeds = [firstReportedSeed - 4, firstReportedSeed - 3, firstReportedSeed - 2, firstReportedSeed - 1]

const samples: Sample[] = []
for (const { nodes, noise } of clusters) {
  for (const scenario of scenarios) {
    for (const seed of seeds) samples.push(...samplesOf({ nodes, zones: 3, noise, scenario, seed }))
    process.stderr.write(`\r\x1b[K${nodes} nodes, ${noise}: ${scenario.name}, ${samples.length} findings`)
  }
}
process.stderr.write('\n')
const steps = isotonic(samples).map((step) => `  [${step.join(', ')}],\n`)
writeFileSync(file, readFileSync(file, 'utf8').replace(/(?<=Step\[\] = \[\n)[^=]*(?=\]\n)/, steps.join('')))

/** The evidence for each finding when it was first told, and whether it was true. */
function samplesOf(options: SimulateOptions): readonly Sample[] {
  const scorer = createScorer(options.scenario.name, options.seed)
  const told = new Map<string, { readonly fault: string; readonly value: number }>()
  const engine = createEngine(({ id, fault }, { bestScore }) => {
    if (!told.has(id)) told.set(id, { fault, value: bestScore })
  })
  for (const round of simulate(options)) {
    engine.begin(round.input)
    for (const told of round.input.rounds.toSorted((a, b) => a.round - b.round)) engine.take(told)
    scorer.observe(round, engine.judge(round.input))
  }
  const wrong = new Set(scorer.result().falseFindings.map(({ id }) => id))
  return [...told].flatMap(([id, { fault, value }]) => {
    const isTrue = !wrong.has(id)
    // That an agent starves which does is neither a merit nor a mistake.
    return fault === 'agent_slow' && isTrue ? [] : [{ value, isTrue }]
  })
}
