import { readFileSync } from 'node:fs'

import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'

import { createAccount } from '../../src/agent/account.ts'
import type { Observer } from '../../src/agent/observer.ts'
import { createPlanner } from '../../src/agent/planner.ts'
import { createRoster } from '../../src/agent/roster.ts'
import { checkNames, variants } from '../../src/model/check.ts'
import { phases, reasons } from '../../src/model/failure.ts'
import { foldMatrices } from '../../src/model/matrix.ts'
import { epochRounds } from '../../src/model/peer-choice.ts'
import { failed, reached } from '../../src/model/result.ts'
import { type Round, roundsKept } from '../../src/model/round.ts'
import { peerOn, probeAnsweredBy, resultOf, selfOn, surroundingsOf, targetAt } from '../support/agent.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { drawing, drawn } from '../support/matrix.ts'

const docs = new URL('../../docs/', import.meta.url)
const page = readFileSync(new URL('rounds.md', docs), 'utf8')
const schema = JSON.parse(readFileSync(new URL('rounds.schema.json', docs), 'utf8'))
const example = readFileSync(new URL('rounds.example.ndjson', docs), 'utf8')
const lines = example
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
const ajv = new Ajv2020({ allErrors: true })
const validate = ajv.compile(schema)

t.test('the example is a recording, with a line of every kind', async (t) => {
  for (const line of lines) t.ok(validate(line), `${line.kind}: ${ajv.errorsText(validate.errors)}`)
  t.strictSame([...new Set(lines.map(({ kind }) => kind))], ['view', 'round', 'pull', 'event'])
})

t.test('the rounds of the example fold into matrices', async (t) => {
  const rounds = lines.filter(({ kind }) => kind === 'round')
  const matrices = foldMatrices(rounds, ['node-1', 'node-2', 'node-3'])
  const expected = drawing(`
            node-1  node-2  node-3
    node-1  .       0/1     3/3
    node-2  .       .       3/3
    node-3  .       .       .
  `)
  t.strictSame(matrices.filter(({ check }) => check === 'peer_tcp').map(drawn), [expected])
})

t.test('rounds of a real agent are lines of a recording', async (t) => {
  const { rounds, firstRound } = await recordedRounds()
  for (const round of rounds) t.ok(validate(round), ajv.errorsText(validate.errors))
  t.equal(rounds.length, 5)
  t.ok(rounds.some(({ fails }) => fails.length > 0) && rounds.some(({ stable }) => stable.length > 0))
  t.ok(rounds.some(({ ok }) => ok.some(({ target }) => target !== undefined)))
  t.ok(rounds.some(({ received }) => received.some(({ got }) => got === 2)))
  const withPeers = rounds.filter(({ peers }) => peers !== undefined).map(({ round }) => round)
  t.strictSame(withPeers, [firstRound, (Math.floor(firstRound / epochRounds) + 1) * epochRounds])
})

t.test('the schema refuses what is no line', async (t) => {
  const round = lines.find(({ kind }) => kind === 'round')
  const { seq: _seq, ...withoutSeq } = round
  for (const [what, line] of Object.entries({
    'another kind': { ...round, kind: 'other' },
    'a missing field': withoutSeq,
    'a field that is not documented': { ...round, extra: 1 },
    'a negative count': { ...round, ok: [{ ...round.ok[0], n: -1 }] },
    'successes of neither zone nor target': { ...round, ok: [{ check: 'peer_tcp', family: 4, n: 1 }] },
    'a reason that is not in the list': { ...round, fails: [{ ...round.fails[0], reason: 'odd' }] },
    'a bucket that does not exist': { ...round, stable: [{ ...round.stable[0], latency: [[192, 1]] }] },
  })) {
    t.notOk(validate(line), what)
  }
})

t.test('the closed lists of the schema are those of the program', async (t) => {
  const { check, variant, reason, phase } = schema.$defs
  t.strictSame(check.enum, checkNames)
  t.strictSame(variant.enum, Object.keys(variants))
  t.strictSame(reason.enum, Object.keys(reasons))
  t.strictSame(phase.enum, Object.keys(phases))
})

t.test('the page names every field of a round, and the numbers of the program', async (t) => {
  const section = page.split('\n## ').find((text) => text.startsWith('`round`')) ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  const named = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, field]) => field))
  t.strictSame(
    Object.keys(schema.$defs.round.properties).filter((field) => field !== 'kind' && !named.includes(field)),
    [],
  )
  t.match(page, `the last ${roundsKept} and serves them`)
  t.match(page, `the first of every ${epochRounds} rounds`)
})

/** What a real account makes of five rounds in which something of everything happens. */
async function recordedRounds(): Promise<{ readonly rounds: readonly Round[]; readonly firstRound: number }> {
  const clock = createFakeClock()
  const pace = { roundMs: 10_000, slotMs: 500 }
  const [self, roster] = [selfOn('node-1'), createRoster(clock)]
  const planner = createPlanner({ self, probes: [probeAnsweredBy(async () => reached)], pace, roster })
  const account = createAccount({
    ...{ self, pace, clock, roster, planner, observer: deaf },
    throttledPeriods: () => undefined,
    draining: () => false,
  })
  const peer = peerOn('node-2', { zone: 'b' })
  planner.follow(surroundingsOf([peerOn('node-1'), peer]))
  account.planChanged()
  const { peer: _none, ...dns } = targetAt(peer, { check: 'dns_replica', name: 'dns-1', variant: 'internal' })
  const firstRound = Math.floor(clock.wallMs() / pace.roundMs)
  for (let round = firstRound; round < firstRound + 5; round++) {
    await clock.advance(9_000)
    const { hash } = planner.view()
    const datagram = { from: 'node-2', family: 4, round, viewHash: hash, sentMs: clock.wallMs() } as const
    for (const index of [0, 2]) account.datagram({ ...datagram, index })
    for (const target of [targetAt(peer), { ...dns, stable: false }]) account.result(resultOf(target, reached, 2))
    if (round > firstRound) account.result(resultOf(targetAt(peer), failed('reset', '')))
    account.roundEnds(round)
    await clock.advance(1_000)
  }
  return { rounds: account.rounds.after({ bootId: '', seq: -1 }), firstRound }
}

const deaf: Observer = {
  record: () => undefined,
  discarded: () => undefined,
  late: () => undefined,
  peers: () => undefined,
  roundEnded: () => undefined,
}
