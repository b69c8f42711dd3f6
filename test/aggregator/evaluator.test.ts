import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'

import t, { type Test } from 'tap'

import type { Assembled } from '../../src/aggregator/assemble.ts'
import { createEvaluator, type Evaluator } from '../../src/aggregator/evaluator.ts'
import { openHistory } from '../../src/aggregator/history/history.ts'
import { packInput } from '../../src/aggregator/packed-input.ts'
import type { ToldRound } from '../../src/aggregator/told-round.ts'
import { createDiagnosis } from '../../src/diagnosis/diagnosis.ts'
import type { RoundInput } from '../../src/model/recording.ts'
import { noFault, podNetworkCut } from '../../src/simulate/scenarios/list.ts'
import { simulate } from '../../src/simulate/simulate.ts'
import { roundOf } from '../support/rounds.ts'
import { packedInputOf, toldOf } from '../support/told.ts'

const recorded = { roundsAtMost: 100, bytesAtMost: 2 ** 24 }
const simulated = (scenario: typeof podNetworkCut) =>
  [...simulate({ nodes: 12, zones: 3, scenario, noise: 'N2', seed: 5 })].map(({ input }) => input)

function evaluating(t: Test, { withHistory = true } = {}) {
  const clock = { ms: 0 }
  const judged: RoundInput[] = []
  const unread: string[] = []
  const diagnosis = createDiagnosis()
  const file = join(t.testdir(), 'history.sqlite')
  const log = (line: string) => t.comment(line)
  const wallMs = () => clock.ms
  const history = openHistory({ file, keepMs: 1e12, bytesAtMost: 2 ** 26, wallMs, log })
  const evaluator = createEvaluator({
    diagnosis: {
      observe(input) {
        const found = diagnosis.observe(input)
        judged.push({ ...input, rounds: [...input.rounds] })
        return found
      },
    },
    recorded,
    history: withHistory ? history : undefined,
    wallMs,
    onUnread: (node) => unread.push(node),
  })
  t.teardown(() => evaluator.close())
  const observe = (input: RoundInput, isPast = false) => {
    clock.ms = (input.round + 1) * 10_000 + 1500
    const findings = evaluator.observe(packedInputOf(input, isPast))
    evaluator.tidy()
    return findings
  }
  return { evaluator, observe, judged, unread, clock, history }
}

t.test('packed rounds are judged as the rounds themselves', async (t) => {
  const { observe, evaluator } = evaluating(t)
  const direct = createDiagnosis()
  const inputs = simulated(podNetworkCut)
  let found = 0
  for (const input of inputs) {
    const findings = observe(input)
    t.strictSame(findings, direct.observe(input))
    found += findings.length
  }
  t.not(found, 0)
  t.strictSame(evaluator.inputs(2), inputs.slice(-2))
  t.match(gunzipSync(await evaluator.archive.rounds()).toString(), /^\{"kind":"view"/)
})

t.test('what was found stands in the history, and the matrices of every minute', async (t) => {
  const { observe, evaluator, clock } = evaluating(t)
  const inputs = simulated(podNetworkCut)
  for (const input of inputs) observe(input)
  const all = { fromMs: 0, toMs: clock.ms, limit: 10 }
  t.match(await evaluator.archive.history(all), {
    keptFrom: new Date(((inputs[0]?.round ?? 0) + 1) * 10_000 + 1500).toISOString(),
    findings: [{ finding: { fault: 'pod_network_cut' } }],
  })
  const minuteAgo = { level: 'node', check: 'peer_http', window: 3, atMs: clock.ms } as const
  const [first] = inputs
  const early = { ...minuteAgo, atMs: ((first?.round ?? 0) + 8) * 10_000 }
  t.match(await evaluator.archive.matrix(minuteAgo), { window: 3, matrices: [{ check: 'peer_http' }] })
  t.equal((await evaluator.archive.matrix(early)).matrices.length, 1)
  t.match(evaluator.kept(), { recordingBytes: Number, historyBytes: Number })
})

t.test('a snapshot is made of a whole minute of a small mesh, once a minute', async (t) => {
  const { observe, history } = evaluating(t)
  const inputs = simulated(noFault).slice(0, 13)
  for (const input of inputs) observe(input)
  const atMs = (input: RoundInput | undefined) => ((input?.round ?? 0) + 1) * 10_000 + 1500
  const { fromMs, toMs } = history.size()
  t.equal(fromMs, atMs(inputs[0]))
  t.equal(toMs, atMs(inputs[12]))
  const last = history.matricesAt(atMs(inputs[12]), 'peer_tcp')?.matrices.find(({ level }) => level === undefined)
  const attempts = [...(last?.cells.values() ?? [])].flatMap((row) => [...row.values()].map((cell) => cell.attempts))
  t.ok(Math.max(...attempts) >= 5, `${Math.max(...attempts)} attempts at one pair in six rounds`)
})

t.test('rounds of before the start are judged and recorded, and are no history', async (t) => {
  const { observe, evaluator, clock } = evaluating(t)
  for (const input of simulated(podNetworkCut)) observe(input, true)
  t.strictSame((await evaluator.archive.history({ fromMs: 0, toMs: clock.ms, limit: 10 })).findings, [])
  t.equal(evaluator.inputs(5).length, 5)
})

/** An input with the lines of some nodes as they are given. */
function inputWith(lines: Readonly<Record<string, Uint8Array>>) {
  const told = Object.entries(lines).map(([node, packed]): ToldRound => ({ ...toldOf(roundOf(node, 7)), packed }))
  const view = { kind: 'view', round: 7, viewHash: 'v', nodes: [], replicas: [] } as const
  const pull = { kind: 'pull', round: 7, tried: told.length, failed: [] } as const
  const input: Assembled<ToldRound> = {
    ...{ round: 7, roundSeconds: 10, rounds: told, heard: told.length, isPast: false, view, pull, events: [] },
  }
  return packInput(input)
}

const packed = (value: object) => gzipSync(`${JSON.stringify(value)}\n`)

t.test('who tells what is no round is left out, and counts as one who could not be read', async (t) => {
  const { evaluator, judged, unread } = evaluating(t, { withHistory: false })
  const stable = { peer: 'x', check: 'peer_http', family: 4, ok: 1, failed: 0, p50Ms: 1, p99Ms: 1 }
  const lies: Readonly<Record<string, Uint8Array>> = {
    'null-row': packed({ ...roundOf('null-row', 7), ok: [null] }),
    'huge-bucket': packed({ ...roundOf('huge-bucket', 7), stable: [{ ...stable, latency: [[1e9, 1]] }] }),
    'no-peers': packed({ ...roundOf('no-peers', 7), peers: [{ node: 'x' }] }),
    'another-behind': packed(roundOf('node-1', 7)),
    'two-lines': gzipSync(`${JSON.stringify(roundOf('two-lines', 7))}\n{}\n`),
    'no-end': gzipSync(JSON.stringify(roundOf('no-end', 7))),
    'something-behind': Buffer.concat([packed(roundOf('something-behind', 7)), Buffer.alloc(9, 0x50)]),
    'no-gzip': Buffer.from('garbage'),
    bomb: gzipSync(Buffer.alloc(2 ** 25)),
  }
  evaluator.observe(
    inputWith({ 'node-1': packed(roundOf('node-1', 7)), ...lies, 'node-2': packed(roundOf('node-2', 7)) }),
  )
  const names = Object.keys(lies)
  t.strictSame(
    judged[0]?.rounds.map(({ node }) => node),
    ['node-1', 'node-2'],
  )
  t.strictSame(
    judged[0]?.pull.failed,
    names.map((node) => ({ node, reason: 'bad_reply' })),
  )
  t.strictSame(unread, names)
  t.strictSame(evaluator.inputs(1), judged, 'the recording has what was judged')
  t.equal(
    gunzipSync(await evaluator.archive.rounds())
      .toString()
      .split('\n').length,
    5,
  )
})

t.test('what only another version knows is left out where it is folded', async (t) => {
  const { evaluator, judged } = evaluating(t)
  const row = { family: 4, n: 3 } as const
  const ok = [
    { check: 'peer_http', zone: 'a', ...row },
    { check: 'peer_quic', zone: 'a', ...row },
  ]
  const fail = { ...row, target: 'x', failed: 1, phase: 'connect' }
  const fails = [
    { ...fail, check: 'peer_quic', reason: 'timeout' },
    { ...fail, check: 'peer_tcp', reason: 'odd' },
  ]
  const { received: _, ...older } = roundOf('older', 7)
  evaluator.observe(
    inputWith({ newer: packed({ ...roundOf('newer', 7), ok, fails, rain: true }), older: packed(older) }),
  )
  t.match(judged[0]?.rounds, [{ node: 'newer', ok: [{ check: 'peer_http' }], fails: [{ reason: 'unknown' }] }])
  t.strictSame(
    judged[0]?.rounds.map((round) => [round.ok.length, round.fails.length]),
    [[1, 1]],
  )
  t.match(judged[0]?.pull.failed, [{ node: 'older', reason: 'bad_reply' }], 'a round without a field is none')
  t.match(await ask(evaluator), { level: 'node' })
})

function ask({ archive }: Evaluator) {
  return archive.matrix({ level: 'node', window: 3 })
}

t.test('what was over before it began is not told again', async (t) => {
  const inputs = simulated(podNetworkCut)
  const direct = createDiagnosis()
  const states = inputs.map((input) => direct.observe(input).map(({ state }) => state))
  const healed = states.findIndex((now, i) => now.includes('recovering') && states[i - 1]?.includes('open'))
  t.ok(healed > 0)
  const late = evaluating(t)
  for (const input of inputs.slice(0, healed)) late.observe(input, true)
  for (const input of inputs.slice(healed)) t.strictSame(late.observe(input), [])
  const early = evaluating(t)
  for (const input of inputs.slice(0, healed - 1)) early.observe(input, true)
  const told = inputs.slice(healed - 1).flatMap((input) => early.observe(input).map(({ state }) => state))
  t.strictSame([...new Set(told)], ['open', 'recovering', 'closed'], 'what goes on is told to its end')
})
