import { gunzipSync } from 'node:zlib'

import t from 'tap'

import { createRecording } from '../../src/aggregator/recording.ts'
import { readRecording } from '../../src/cli/read-recording.ts'
import { createDiagnosis } from '../../src/diagnosis/diagnosis.ts'
import type { RoundInput } from '../../src/model/recording.ts'
import { aggregatorRestart, clockSkew, podNetworkCut } from '../../src/simulate/scenarios/list.ts'
import { simulate } from '../../src/simulate/simulate.ts'
import { packedInputOf } from '../support/told.ts'

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
    for (const input of inputs) recording.add(packedInputOf(input))
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
  for (const input of inputs) recording.add(packedInputOf(input))
  const read = await readBack(recording.text())
  t.strictSame(
    read.map(({ round }) => round),
    inputs.slice(-5).map(({ round }) => round),
  )
  t.strictSame(read[0]?.view, inputs.at(-5)?.view)
})

t.test('it takes no more room than it may, and keeps at least the newest round', async (t) => {
  const inputs = inputsOf(podNetworkCut)
  const recording = createRecording({ ...plenty, bytesAtMost: 80_000 })
  for (const input of inputs) recording.add(packedInputOf(input))
  t.ok(recording.gzipped().length < 85_000, `${recording.gzipped().length} bytes`)
  t.ok((await readBack(recording.text())).length > 1)
  t.equal(recording.bytes <= 80_000, true)
  const tiny = createRecording({ ...plenty, bytesAtMost: 1 })
  for (const input of inputs) tiny.add(packedInputOf(input))
  t.equal((await readBack(tiny.text())).length, 1)
  const least = createRecording({ ...plenty, bytesAtMost: 1, roundsAtLeast: 3 })
  for (const input of inputs) least.add(packedInputOf(input))
  t.equal((await readBack(least.text())).length, 3)
  t.equal(createRecording(plenty).text(), '')
})

t.test('the newest inputs are given back as they were judged, whole or thin', async (t) => {
  const inputs = inputsOf(podNetworkCut)
  const recording = createRecording(plenty)
  for (const input of inputs) recording.add(packedInputOf(input))
  t.strictSame(recording.inputs(3, Number.POSITIVE_INFINITY), inputs.slice(-3))
  const before = inputs.at(-4)
  t.strictSame(
    recording.inputs(2, ((before?.round ?? 0) + 1) * 10_000).map(({ round }) => round),
    inputs.slice(-5, -3).map(({ round }) => round),
  )
  t.strictSame(recording.inputs(2, 0), [], 'all that is kept is younger')
  const [thin] = recording.inputs(1, Number.POSITIVE_INFINITY, (round) =>
    round.node === 'node-1' ? { ...round, ok: [] } : undefined,
  )
  t.match(thin?.rounds, [{ node: 'node-1', ok: [] }])
  t.equal(thin?.rounds.length, 1)
})
