import { join } from 'node:path'

import t, { type Test } from 'tap'

import type { Assembled } from '../../src/aggregator/assemble.ts'
import type { ToldRound } from '../../src/aggregator/told-round.ts'
import { startEvaluator } from '../../src/cli/evaluator-worker.ts'
import { createDiagnosis } from '../../src/diagnosis/diagnosis.ts'
import type { RoundInput } from '../../src/model/recording.ts'
import { podNetworkCut } from '../../src/simulate/scenarios/list.ts'
import { simulate } from '../../src/simulate/simulate.ts'
import { toldOf } from '../support/told.ts'
import { until } from '../support/until.ts'

const recorded = { roundsAtMost: 100, bytesAtMost: 2 ** 24 }
const options = { nodes: 12, zones: 3, scenario: podNetworkCut, noise: 'N2', seed: 5 } as const
const inputs = [...simulate(options)].map(({ input }) => input)

function assembled(input: RoundInput): Assembled<ToldRound> {
  return { ...input, rounds: input.rounds.map(toldOf), heard: input.rounds.length, isPast: false }
}

function starting(t: Test) {
  const unread: string[] = []
  const history = { file: join(t.testdir(), 'history.sqlite'), keepMs: 1e12, bytesAtMost: 2 ** 26 }
  const worker = startEvaluator(
    { recorded, history },
    { log: (line) => t.comment(line), onUnread: (node) => unread.push(node) },
  )
  t.teardown(() => worker.close())
  return { worker, unread }
}

t.test('a thread judges as one would here, and answers', async (t) => {
  const { worker } = starting(t)
  const direct = createDiagnosis()
  for (const input of inputs) t.strictSame(await worker.judge.observe(assembled(input)), direct.observe(input))
  await until(() => worker.kept().recordingBytes > 0)
  t.ok(worker.tookMs() > 0)
  const { archive } = worker
  t.equal((await archive.nodes()).length, 12)
  t.equal(await archive.told('nothing'), undefined)
  t.ok((await archive.rounds()).length > 1000)
  const broken = archive.history({ fromMs: 0, toMs: 1, limit: 1, before: 'no cursor' })
  await t.rejects(broken, RangeError, 'what an asker did wrong comes back as it was')
  t.equal((await archive.nodes()).length, 12, 'and hinders nobody else')
})

t.test('a line that is no round is told, and stops nobody', async (t) => {
  const { worker, unread } = starting(t)
  const [input] = inputs
  if (input === undefined) throw new Error('nothing was simulated')
  const [first, ...others] = assembled(input).rounds
  if (first === undefined) throw new Error('nobody told anything')
  const lie = { ...first, packed: Buffer.from('no gzip') }
  await worker.judge.observe({ ...assembled(input), rounds: [lie, ...others] })
  t.strictSame(unread, [first.node])
})

t.test('a thread that breaks is told in a sentence, to all who wait for it', async (t) => {
  const { worker } = starting(t)
  const [input] = inputs
  if (input === undefined) throw new Error('nothing was simulated')
  const poisoned = { ...assembled(input), view: { kind: 'view', round: 1 } } as unknown as Assembled<ToldRound>
  const judged = worker.judge.observe(poisoned)
  const asked = worker.archive.nodes()
  await t.rejects(judged, /the thread that judges has ended: .*/)
  await t.rejects(asked, /the thread that judges has ended/)
  await t.rejects(worker.done, /the thread that judges has ended/)
  await t.rejects(worker.archive.nodes(), /the thread that judges has ended/, 'later too')
  await worker.close()
})
