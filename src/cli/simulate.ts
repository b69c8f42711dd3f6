import { hintFor } from '../config/nearest.ts'
import { type NoiseLevel, noiseLevels } from '../simulate/noise.ts'
import type { Scenario } from '../simulate/scenario.ts'
import * as scenarioList from '../simulate/scenarios/list.ts'
import { firstReportedSeed } from '../simulate/seeds.ts'
import { type Command, type Given, outputOption, type World } from './command.ts'
import { wholeNumber } from './number-option.ts'
import { painterFor } from './paint.ts'
import { openRecording } from './record-file.ts'
import { showRuns } from './run-progress.ts'
import { type Run, runSimulation } from './run-simulation.ts'
import { simulationJson, simulationTable } from './simulation-report.ts'
import { UsageError } from './usage-error.ts'

const scenarios: readonly Scenario[] = Object.values(scenarioList)
const levels = Object.keys(noiseLevels)
const usualNodes = 100
const usualZones = 3

export const simulate: Command = {
  name: 'simulate',
  summary: 'breaks simulated clusters and says how well the faults were named',
  options: [
    { name: 'nodes', value: 'COUNT', doc: `nodes of the cluster; ${usualNodes}` },
    { name: 'zones', value: 'COUNT', doc: `zones that the nodes are spread over, unevenly; ${usualZones}` },
    {
      name: 'scenario',
      value: 'NAME',
      doc: `what to break, may be repeated; all: ${scenarios.map(({ name }) => name).join(', ')}`,
    },
    {
      name: 'noise',
      value: 'LEVEL',
      choices: levels,
      doc: 'what goes wrong beside it, from N0, a quiet cluster, to N3, harsher than most; N1',
    },
    { name: 'seeds', value: 'COUNT', doc: 'how many runs of every scenario; 1' },
    { name: 'seed', value: 'NUMBER', doc: `the first seed; those below ${firstReportedSeed} were used for tuning` },
    { name: 'record', value: 'FILE', doc: 'writes the rounds of one run to a file that `diagnose` reads' },
    outputOption('table'),
  ],
  takesSettings: false,
  examples: [
    {
      line: 'simulate --nodes 1000 --zones 3 --scenario zone_one_way --noise N2 --seeds 20',
      doc: 'how surely and how soon it would be found in a cluster like yours',
    },
    { line: 'simulate --nodes 30 -o json', doc: 'every scenario once, for scripts' },
    { line: 'simulate --scenario mtu --record rounds.ndjson', doc: 'a recording to look at' },
  ],
  async run(given, world) {
    const runs = runsOf(given)
    const recording = recordingOf(given, runs)
    const progress = showRuns(world.stderr, runs.length)
    const results = []
    try {
      for (const run of runs) {
        progress.begins(run)
        results.push(await runSimulation(run, { ...recording, signal: world.signal, onRound: progress.round }))
      }
    } finally {
      progress.end()
      recording.close()
    }
    const report = { ...settingsOf(given), results }
    write(world, given.value('output') === 'json' ? simulationJson(report) : simulationTable(report, painterFor(world)))
    return 'ok'
  },
}

function settingsOf(given: Given) {
  const nodes = wholeNumber(given, 'nodes', usualNodes, { min: 3, max: 10_000 })
  const zones = wholeNumber(given, 'zones', usualZones, { min: 1, max: Math.min(nodes, 100) })
  return { nodes, zones, noise: (given.value('noise') ?? 'N1') as NoiseLevel }
}

function runsOf(given: Given): readonly Run[] {
  const settings = settingsOf(given)
  const first = wholeNumber(given, 'seed', firstReportedSeed, { min: 0, max: 2 ** 31 })
  const count = wholeNumber(given, 'seeds', 1, { min: 1, max: 10_000 })
  const named = given.all('scenario')
  const chosen = named.length === 0 ? scenarios : named.map(scenarioNamed)
  return chosen.flatMap((scenario) =>
    Array.from({ length: count }, (_, i) => ({ ...settings, scenario, seed: first + i })),
  )
}

function scenarioNamed(name: string): Scenario {
  const scenario = scenarios.find((known) => known.name === name)
  if (scenario !== undefined) return scenario
  const known = scenarios.map((one) => one.name)
  throw new UsageError(`--scenario: no scenario "${name}"; ${hintFor(name, known)}`)
}

function recordingOf(given: Given, runs: readonly Run[]) {
  const path = given.value('record')
  if (path === undefined) return { write: () => undefined, close: () => undefined }
  if (runs.length === 1) return openRecording(path)
  throw new UsageError(
    `--record: one run makes a recording, these are ${runs.length}; name one --scenario and one seed`,
  )
}

function write({ stdout }: World, text: string): void {
  stdout.write(text)
}
