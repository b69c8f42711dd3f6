import { createDiagnosis, type Diagnosis } from '../../src/diagnosis/diagnosis.ts'
import { createScorer, type RunScore } from '../../src/simulate/score.ts'
import { type SimulatedRound, type SimulateOptions, simulate } from '../../src/simulate/simulate.ts'
import { heapInUse } from '../../test/support/heap.ts'
import { createWordCounter, type Words } from './confidence.ts'
import { entityLevel } from './entity-level.ts'
import { createCellReader } from './methods/cells.ts'
import { findingAbout, type Method } from './methods/method.ts'
import { placesIn } from './methods/places.ts'
import { createStopwatch, type Timing } from './stopwatch.ts'

/** One cluster, one scenario, one seed: what the engine makes of it, and what the other methods do. */
export interface OneRun {
  readonly engine: RunScore
  readonly words: Words
  readonly timing: Timing
  /** What the engine remembers at the end of the run. */
  readonly heapMiB: number
  readonly others: readonly RunScore[]
}

export interface Judging {
  readonly methods: readonly Method[]
  readonly onRound: (index: number) => void
}

const mebibyte = 2 ** 20

export function oneRun(options: SimulateOptions, { methods, onRound }: Judging): OneRun {
  const { name } = options.scenario
  const kept: { diagnosis?: Diagnosis } = { diagnosis: createDiagnosis() }
  const scorer = createScorer(name, options.seed)
  const words = createWordCounter()
  const stopwatch = createStopwatch()
  const others = createOthers(methods, options)
  for (const round of simulate(options)) {
    const findings = stopwatch.time(() => kept.diagnosis?.observe(round.input) ?? [])
    scorer.observe(round, findings)
    words.observe(round, findings)
    others.observe(round)
    onRound(round.index)
  }
  const engine = scorer.result()
  const withEngine = heapInUse()
  delete kept.diagnosis
  const heapMiB = (withEngine - heapInUse()) / mebibyte
  return { engine, words: words.result(engine), timing: stopwatch.reading(), heapMiB, others: others.results() }
}

function createOthers(methods: readonly Method[], { scenario, seed }: SimulateOptions) {
  const read = createCellReader()
  const judges = methods.map(({ start }) => ({ judge: start(), scorer: createScorer(scenario.name, seed) }))
  return {
    observe(round: SimulatedRound) {
      if (judges.length === 0) return
      const cells = read(round.input)
      const places = placesIn(round.input.view)
      const widened = entityLevel(round)
      for (const { judge, scorer } of judges) scorer.observe(widened, judge(cells, places).map(findingAbout))
    },
    results: () => judges.map(({ scorer }) => scorer.result()),
  }
}
