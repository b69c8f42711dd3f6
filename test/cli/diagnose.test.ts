import { spawn } from 'node:child_process'
import { createReadStream, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import t, { type Test } from 'tap'

import { boundedLines } from '../../src/cli/bounded-lines.ts'
import { readRecording } from '../../src/cli/read-recording.ts'
import { createDiagnosis } from '../../src/diagnosis/diagnosis.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { RoundInput } from '../../src/model/recording.ts'
import { clockSkew, noFault, podNetworkCut } from '../../src/simulate/scenarios/list.ts'
import { simulate } from '../../src/simulate/simulate.ts'
import { runHere } from '../support/cli.ts'
import { roundOf } from '../support/rounds.ts'

const cut = { nodes: 20, zones: 2, scenario: podNetworkCut, noise: 'N2', seed: 11 } as const
const program = join(import.meta.dirname, '../../src/main.ts')

t.test('a recording of a simulated cluster gives the findings that the cluster gave', async (t) => {
  const path = join(t.testdir(), 'rounds.ndjson')
  const args = ['simulate', '--nodes', '20', '--zones', '2', '--noise', 'N2', '--seed', '11', '--record', path]
  t.equal((await runHere([...args, '--scenario', 'pod_network_cut'])).code, 0)
  const { code, stdout } = await runHere(['diagnose', '--input', path, '-o', 'json'])
  const report = JSON.parse(stdout)
  const direct = JSON.parse(JSON.stringify(findingsOf([...simulate(cut)].map(({ input }) => input))))
  t.ok(direct.some(({ fault }: Finding) => fault === 'pod_network_cut'))
  t.strictSame(report.findings, direct)
  t.match(report, { verdict: 'failed', rounds: [...simulate(cut)].length })
  t.equal(code, 1)
  const table = await runHere(['diagnose', '--input', path])
  t.match(table.stdout, /^(open|recovering|closed) +pod_network_cut {2}node-\d+$/m)
  t.match(table.stdout, /\d+ findings? in \d+ rounds, \d+ open at the end\n$/)
  t.equal(table.code, 1)
})

t.test('rounds are read back as they were, late ones in the round in which they arrived', async (t) => {
  const scenario = { ...cut, scenario: clockSkew, noise: 'N1' } as const
  const inputs = [...simulate(scenario)].map(({ input }) => input)
  t.ok(inputs.some(({ round, rounds }) => rounds.some((row) => row.round < round)))
  const path = join(t.testdir(), 'rounds.ndjson')
  const args = ['--nodes', '20', '--zones', '2', '--noise', 'N1', '--seed', '11', '--scenario', 'clock_skew']
  await runHere(['simulate', ...args, '--record', path])
  const read: RoundInput[] = []
  for await (const input of readRecording(boundedLines(createReadStream(path)))) read.push(input)
  t.strictSame(
    read.map(({ view: _view, ...rest }) => rest),
    JSON.parse(JSON.stringify(inputs.map(({ view: _view, ...rest }) => rest))),
  )
  t.strictSame(
    read.map(({ view }) => view.nodes),
    inputs.map(({ view }) => view.nodes),
  )
})

t.test('nothing found is exit 0, and a recording too short to tell is exit 3', async (t) => {
  const path = join(t.testdir(), 'rounds.ndjson')
  const args = ['--nodes', '12', '--zones', '2', '--noise', 'N0', '--seed', '2', '--scenario', noFault.name]
  await runHere(['simulate', ...args, '--record', path])
  const { code, stdout } = await runHere(['diagnose', '--input', path])
  t.match(stdout, /^nothing found in 32 rounds\n$/)
  t.equal(code, 0)
  const [view = '', ...rest] = readFileSync(path, 'utf8').split('\n')
  const first = rest.findIndex((line) => line.startsWith('{"kind":"pull"'))
  const short = recordingOf(t, [view, ...rest.slice(0, first + 1)])
  t.equal((await runHere(['diagnose', '--input', short])).code, 3)
  const empty = await runHere(['diagnose', '--input', recordingOf(t, [])])
  t.strictSame([empty.code, empty.stdout], [3, 'the recording holds no round\n'])
})

t.test('what is piped in is read too', async (t) => {
  const child = spawn(process.execPath, [program, 'diagnose', '--input', '-', '-o', 'json'])
  child.stdin.end(`${JSON.stringify(view)}\n${JSON.stringify(roundOf('node-1', 5))}\n`)
  const exit = new Promise((resolve) => child.once('close', resolve))
  t.match(JSON.parse(await text(child.stdout)), { rounds: 1, findings: [], verdict: 'unknown' })
  t.equal(await exit, 3)
})

const view = {
  ...{ kind: 'view', round: 5, viewHash: 'v', replicas: [] },
  nodes: [{ node: 'node-1', zone: 'a', podUid: 'u', ready: true, cordoned: false }],
}

t.test('what cannot be read is refused with its line, what is wrong with it and what it should be', async (t) => {
  const good = JSON.stringify(view)
  const round = roundOf('node-1', 5)
  for (const [lines, said] of [
    [[good, '{'], /^line 2: no JSON \(.*\); a recording has one JSON object a line\n$/],
    [[good, '7'], /^line 2: expected a JSON object/],
    [[good, '{}'], /^line 2: has no "kind"/],
    [[JSON.stringify(round)], /^line 1: a recording begins with a line of kind "view", this is a "round"\n$/],
    [
      [good, '', JSON.stringify({ ...round, seq: 'x' })],
      /^line 3: round: seq: expected a number from 0 on, got "x"; docs/,
    ],
    [
      [good, JSON.stringify({ ...round, ok: [{ check: 1 }] })],
      /^line 2: round: ok\[0\]\.check: expected a text, got 1/,
    ],
    [[good, JSON.stringify({ ...round, fails: {} })], /^line 2: round: fails: expected a list, got \{\}/],
    [[JSON.stringify({ ...view, nodes: [3] })], /^line 1: view: nodes\[0\]: expected an object/],
  ] as const) {
    const { code, stderr } = await runHere(['diagnose', '--input', recordingOf(t, lines)])
    t.match(stderr, said)
    t.equal(code, 2)
  }
})

t.test('wrong use is refused', async (t) => {
  for (const [args, said] of [
    [['--input'], '--input: expected FILE, got nothing\n'],
    [['--input', 'x', '-n', 'y'], 'diagnose: expected --input or --namespace, got both\n'],
    [['--input', join(t.testdir(), 'none')], /^--input: .*none cannot be read \(ENOENT\)\n$/],
    [['--input', t.testdir()], /cannot be read \(EISDIR\)\n$/],
  ] as const) {
    const { code, stderr } = await runHere(['diagnose', ...args])
    t.match(stderr, said)
    t.equal(code, 2)
  }
})

t.test('a line without an end is refused before it fills the memory', async (t) => {
  let given = 0
  async function* endless() {
    for (;;) yield 'x'.repeat(++given)
  }
  const lines = boundedLines(endless(), 1000)
  await t.rejects(lines.next(), { name: 'UsageError', message: /^line 1: longer than 1000 characters/ })
  t.ok(given < 60)
})

t.test('kinds and fields of a newer program are skipped', async (t) => {
  const rows = [
    { ...view, more: 1 },
    { kind: 'weather', round: 9 },
    roundOf('node-1', 5),
    { ...roundOf('node-1', 6), more: [] },
  ]
  const { code, stderr } = await runHere([
    'diagnose',
    '--input',
    recordingOf(
      t,
      rows.map((row) => JSON.stringify(row)),
    ),
  ])
  t.strictSame([code, stderr], [0, ''])
})

t.test('an agent whose clock is ahead belongs to its own round', async (t) => {
  const pull = (round: number) => ({ kind: 'pull', round, tried: 2, failed: [] })
  const rows = [
    view,
    roundOf('node-1', 5),
    pull(5),
    roundOf('b', 7),
    roundOf('node-1', 6),
    pull(6),
    roundOf('node-1', 7),
    roundOf('b', 8),
    pull(7),
    roundOf('node-1', 8),
    pull(8),
  ]
  const read: (readonly [number, readonly string[], number])[] = []
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`)
  for await (const { round, rounds, pull } of readRecording(boundedLines(chunked(lines)))) {
    read.push([round, rounds.map(({ node }) => node), pull.round])
  }
  t.strictSame(read, [
    [5, ['node-1'], 5],
    [6, ['node-1'], 6],
    [7, ['b', 'node-1'], 7],
    [8, ['b', 'node-1'], 8],
  ])
})

async function* chunked(lines: readonly string[]) {
  for (const line of lines) yield Buffer.from(line)
}

function recordingOf(t: Test, lines: readonly string[]): string {
  const path = join(t.testdir(), 'recording.ndjson')
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
  return path
}

function findingsOf(inputs: readonly RoundInput[]): readonly Finding[] {
  const diagnosis = createDiagnosis()
  const found = new Map<string, Finding>()
  for (const input of inputs) for (const finding of diagnosis.observe(input)) found.set(finding.id, finding)
  return [...found.values()]
}
