import { gunzipSync } from 'node:zlib'

import t from 'tap'

import { createRecording } from '../../src/aggregator/recording.ts'
import { readRecording } from '../../src/cli/read-recording.ts'
import { createDiagnosis } from '../../src/diagnosis/diagnosis.ts'
import type { RoundInput } from '../../src/model/recording.ts'
import { aggregatorRestart, clockSkew, podNetworkCut } from '../../src/simulate/scenarios/list.ts'
import { simulate } from '../../src/simulate/simulate.ts'

const plenty = { roundsAtMost: 1000, bytesAtMost: 2 ** 30 }
const inputsOf = (scenario: typeof clockSkew) =>
  [...simulate({ nodes: 12, zones: 3, scenario, noise: 'N2', seed: 5 })].map(({ input }) => input)

async function readBack(text: string): Promise<readonly RoundInput[]> {
  async function* lines() {
    yield* text.split('\n')
  }
  const inputs: RoundInput[] = []
  for await (const input of readRecording(lines())) inputs.push(input)
  return inputs
}

const findingsOf = (inputs: readonly RoundInput[]) => {
  const diagnosis = createDiagnosis()
  return inputs.map((input) => diagnosis.observe(input))
}

for (const scenario of [podNetworkCut, clockSkew, aggregatorRestart])
  t.test(`${scenario.name}: what is downloaded is judged as it was`, async (t) => {
    const inputs = inputsOf(scenario)
    const recording = createRecording(plenty)
    for (const input of inputs) recording.add(input)
    const read = await readBack(recording.text())
    t.equal(gunzipSync(recording.gzipped()).toString(), recording.text())
    t.strictSame(
      read.map(({ round, rounds }) => [round, rounds.length]),
      inputs.map(({ round, rounds }) => [round, rounds.length]),
    )
    t.strictSame(findingsOf(read), findingsOf(inputs))
  })

t.test('only the last rounds are kept, and the first of them has its view', async (t) => {
  const inputs = inputsOf(podNetworkCut)
  const recording = createRecording({ ...plenty, roundsAtMost: 5 })
  for (const input of inputs) recording.add(input)
  const read = await readBack(recording.text())
  t.strictSame(
    read.map(({ round }) => round),
    inputs.slice(-5).map(({ round }) => round),
  )
  t.strictSame(read[0]?.view, inputs.at(-5)?.view)
})

t.test('it takes no more room than it may, and keeps at least the newest round', async (t) => {
  const inputs = inputsOf(podNetworkCut)
  const recording = createRecording({ ...plenty, bytesAtMost: 40_000 })
  for (const input of inputs) recording.add(input)
  t.ok(recording.gzipped().length < 45_000, `${recording.gzipped().length} bytes`)
  t.ok((await readBack(recording.text())).length > 1)
  const tiny = createRecording({ ...plenty, bytesAtMost: 1 })
  for (const input of inputs) tiny.add(input)
  t.equal((await readBack(tiny.text())).length, 1)
  t.equal(createRecording(plenty).text(), '')
})
