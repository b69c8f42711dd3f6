import { readFileSync } from 'node:fs'

import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'

import type { RoundInput } from '../../src/model/recording.ts'
import { noiseLevels } from '../../src/simulate/noise.ts'
import * as scenarios from '../../src/simulate/scenarios/list.ts'
import { simulate } from '../../src/simulate/simulate.ts'

const schema = JSON.parse(readFileSync(new URL('../../docs/rounds.schema.json', import.meta.url), 'utf8'))
const ajv = new Ajv2020({ allErrors: true })
const validate = ajv.compile(schema)

t.test('every scenario gives lines of a recording, and counts that add up', async (t) => {
  for (const scenario of Object.values(scenarios)) {
    for (const { input } of simulate({ nodes: 12, zones: 3, scenario, noise: 'N3', seed: 5 })) {
      const lines = [input.view, input.pull, ...input.events, ...input.rounds]
      const wrong = lines.filter((line) => !validate(line)).map(() => ajv.errorsText(validate.errors))
      t.strictSame([scenario.name, ...wrong.slice(0, 1)], [scenario.name])
      t.strictSame([scenario.name, ...oddPairs(input).slice(0, 1)], [scenario.name])
    }
  }
})

t.test('the same seed gives the same rounds, and another one others', async (t) => {
  const run = (seed: number) => {
    const options = { nodes: 40, zones: 3, scenario: scenarios.zoneOneWay, noise: noiseLevels.N2, seed }
    return JSON.stringify([...simulate(options)].slice(0, 12))
  }
  const [first, again, other] = [run(4), run(4), run(5)]
  t.ok(first === again)
  t.notOk(first === other)
})

t.test('what breaks over IPv6 fails nothing that is asked over IPv4, nor keeps rounds from being read', async (t) => {
  const options = { nodes: 5, zones: 3, scenario: scenarios.ipv6Cut, noise: 'N0', seed: 1 } as const
  const inputs = [...simulate(options)].map(({ input }) => input)
  const failed = inputs.flatMap(({ rounds }) => rounds.flatMap(({ fails }) => fails))
  t.ok(failed.some(({ family }) => family === 6))
  const shared = failed.filter(({ check, family }) => family === 4 && !check.startsWith('peer_'))
  t.strictSame([shared, inputs.flatMap(({ pull }) => pull.failed)], [[], []])
})

t.test('a thousand nodes in which nothing fails take less than two seconds a round', async (t) => {
  const options = { nodes: 1000, zones: 3, scenario: scenarios.noFault, noise: 'N1', seed: 1, during: 2 } as const
  const took: number[] = []
  let since = performance.now()
  for (const { input } of simulate(options)) {
    took.push(performance.now() - since)
    t.ok(input.rounds.length > 950)
    since = performance.now()
  }
  const median = took.sort((a, b) => a - b)[took.length >> 1] ?? 0
  t.ok(median < 2000, `${Math.round(median)} ms`)
})

/** A stable pair's failures are those of the list of failures, and no attempt is counted less often than it failed. */
function oddPairs({ rounds }: RoundInput): readonly string[] {
  return rounds.flatMap(({ node, stable, fails }) =>
    stable.flatMap(({ peer, check, variant, family, ok, failed, latency }) => {
      const own = fails.filter((row) => row.target === peer && row.check === check)
      const rows = own.filter((row) => row.variant === variant && row.family === family)
      const sum = rows.reduce((all, row) => all + row.failed, 0)
      const answered = latency.reduce((all, [, n]) => all + n, 0)
      const fits = sum === failed && answered === ok && rows.every(({ n }) => n === ok + failed)
      return fits ? [] : [`${node} ${check} ${peer}: ${ok} ${failed} ${sum} ${answered}`]
    }),
  )
}
