import type { Scenario } from '../../src/simulate/scenario.ts'
import * as scenarioList from '../../src/simulate/scenarios/list.ts'
import { noFault } from '../../src/simulate/scenarios/quiet.ts'
import type { SimulateOptions } from '../../src/simulate/simulate.ts'
import { codeOf } from './code.ts'
import { sumOfWords } from './confidence.ts'
import { countsOf } from './counts.ts'
import { type Job, type RowJob, type SoakJob, scenariosOf } from './job.ts'
import { methods } from './methods/list.ts'
import { type OneRun, oneRun } from './one-run.ts'
import { falseFaultsIn, flawsIn, type Piece } from './piece.ts'
import { noTime, together } from './stopwatch.ts'

const soakZones = 3

/** Makes all runs of a job, one after another, and says on the way how far it is. */
export function doJob(job: Job, say: (text: string) => void): Piece {
  const code = codeOf(job)
  const began = performance.now()
  const plans = job.is === 'row' ? rowRuns(job) : [soakRun(job)]
  const compared = job.is === 'row' ? methods : []
  const runs = plans.map((options, index) => {
    const { during, scenario } = options
    const onRound = (round: number) =>
      say(`${scenario.name} (${index + 1} of ${plans.length}), round ${round}${during ? ` of ${during}` : ''}`)
    return oneRun(options, { methods: compared, onRound })
  })
  const others = compared.map(({ name }, i) => [name, countsOf(runs.flatMap((run) => run.others[i] ?? []))])
  return {
    ...{ code, measured: new Date().toISOString(), minutes: (performance.now() - began) / 60_000 },
    ...measuredIn(runs),
    others: Object.fromEntries(others),
  }
}

function measuredIn(runs: readonly OneRun[]): Omit<Piece, 'code' | 'measured' | 'minutes' | 'others'> {
  const scores = runs.map(({ engine }) => engine)
  return {
    engine: countsOf(scores),
    words: sumOfWords(runs.map(({ words }) => words)),
    timing: runs.map(({ timing }) => timing).reduce(together, noTime),
    heapMiB: Math.max(...runs.map(({ heapMiB }) => heapMiB)),
    rssMiB: process.resourceUsage().maxRSS / 1024,
    flaws: flawsIn(scores),
    falseFaults: falseFaultsIn(scores),
  }
}

function rowRuns(job: RowJob): readonly SimulateOptions[] {
  const { nodes, zones, noise } = job.row
  return scenariosOf(job).map((name) => ({ nodes, zones, noise, seed: job.seed, scenario: scenarioNamed(name) }))
}

function soakRun({ nodes, noise, seed, rounds }: SoakJob): SimulateOptions {
  return { nodes, zones: soakZones, noise, seed, scenario: noFault, during: rounds }
}

function scenarioNamed(name: string): Scenario {
  const scenario = Object.values(scenarioList).find((known) => known.name === name)
  if (scenario === undefined) throw new RangeError(`No scenario ${name}`)
  return scenario
}
