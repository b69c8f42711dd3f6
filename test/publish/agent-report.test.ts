import t from 'tap'

import { systemClock } from '../../src/agent/system-clock.ts'
import type { EventLine } from '../../src/model/recording.ts'
import type { FailCount, Round } from '../../src/model/round.ts'
import { createKeyring } from '../../src/probes/keyring.ts'
import { agentEvent, agentEventIn } from '../../src/publish/agent-event.ts'
import { followAgentEvents } from '../../src/publish/agent-events.ts'
import { createAgentReporter, type ReportScene, reportDue } from '../../src/publish/agent-report.ts'
import { noPrograms, openClusterApi } from '../support/cluster-api.ts'
import { until } from '../support/until.ts'

const present = Math.floor(Date.now() / 10_000)
const fail = (target: string, overrides: Partial<FailCount> = {}): FailCount => ({
  ...{ check: 'peer_tcp', target, family: 4, n: 1, failed: 1, reason: 'timeout', phase: 'connect' },
  ...overrides,
})
const roundOf = (fails: readonly FailCount[], overrides: Partial<Round> = {}): Round => ({
  ...{ kind: 'round', round: present, bootId: 'b', seq: 7, node: 'n1', zone: 'a', podUid: 'uid-1', viewHash: 'v' },
  ...{ roundSeconds: 10, starvedScore: 0, draining: false, ok: [], stable: [], fails, received: [], ...overrides },
})
const sceneOf = (fails: readonly FailCount[], overrides: Partial<ReportScene> = {}, round: Partial<Round> = {}) => ({
  ...{ round: roundOf(fails, round), isRead: false, lastRound: undefined, peers: 12 },
  ...overrides,
})
const lineOf = (count: number, name: (i: number) => string): EventLine => ({
  ...{ kind: 'event', round: present, node: 'n1', podUid: 'uid-1' },
  unreachable: Array.from({ length: count }, (_, i) => ({ check: 'peer_http' as const, target: name(i) })),
})
const pod = { namespace: 'meshprobe', name: 'meshprobe-agent-x' }
const keyring = createKeyring([Buffer.from('the key of the mesh, 32 bytes it')])

t.test('an agent reports when nobody reads it and something fails, and else not', async (t) => {
  t.match(reportDue(sceneOf([fail('n2')])), { node: 'n1', podUid: 'uid-1', round: present })
  t.equal(reportDue(sceneOf([])), undefined, 'an aggregator that is gone alone makes no Event')
  t.equal(reportDue(sceneOf([fail('n2', { failed: 0 })])), undefined)
  t.equal(reportDue(sceneOf([fail('n1')])), undefined, 'its own loopback is nobody that it cannot reach')
  t.equal(reportDue(sceneOf([fail('n2')], { isRead: true })), undefined)
  t.equal(reportDue(sceneOf([fail('n2')], {}, { starvedScore: 2 })), undefined)
  t.equal(reportDue(sceneOf([fail('n2')], {}, { draining: true })), undefined)
})

t.test('an agent reports once in six rounds, in large clusters less often', async (t) => {
  const due = (lastRound: number, peers = 12) => reportDue(sceneOf([fail('n2')], { lastRound, peers })) !== undefined
  t.strictSame([due(present - 5), due(present - 6)], [false, true])
  t.strictSame([due(present - 9, 5000), due(present - 10, 5000)], [false, true])
  t.ok(due(present + 100), 'a clock that was set back does not silence it')
})

t.test('a report has every target once before any twice, those that fail wholly first', async (t) => {
  const fails = [
    ...[fail('n2'), fail('n2', { check: 'peer_http' }), fail('n2', { check: 'peer_udp' }), fail('n2', { family: 6 })],
    ...[fail('n3', { n: 3 }), fail('n4'), fail('10.0.0.1:6443', { check: 'apiserver_endpoint' })],
  ]
  t.strictSame(
    reportDue(sceneOf(fails))?.unreachable.map(({ check, target }) => `${check} ${target}`),
    [
      ...['peer_tcp n2', 'peer_tcp n4', 'apiserver_endpoint 10.0.0.1:6443', 'peer_tcp n3'],
      ...['peer_http n2', 'peer_udp n2'],
    ],
  )
  const many = Array.from({ length: 100 }, (_, i) => fail(`n${i + 2}`))
  t.equal(reportDue(sceneOf(many))?.unreachable.length, 8)
})

t.test('an Event says what it was made of, and has less than 1 kB of ours', async (t) => {
  const line = lineOf(3, (i) => `n${i + 2}`)
  t.strictSame(agentEventIn(agentEvent(line, pod, keyring, Date.now()), keyring), line)
  for (const length of [10, 63, 200]) {
    const event = agentEvent(
      lineOf(8, (i) => `${i}`.padEnd(length, 'x')),
      pod,
      keyring,
      Date.now(),
    )
    const bytes = Buffer.byteLength(event.message + Object.values(event.metadata.annotations).join(''))
    t.ok(bytes <= 1024, `${bytes}`)
    t.ok((agentEventIn(event, keyring)?.unreachable.length ?? 0) >= 2)
  }
})

t.test('nobody without the key is believed, and nothing that was changed', async (t) => {
  const good = agentEvent(lineOf(2, String), pod, keyring, Date.now())
  const annotations = good.metadata.annotations
  const [report = '', mac = ''] = Object.values(annotations)
  const withReport = (text: string, by = mac) => ({
    metadata: { annotations: { 'meshprobe.io/report': text, 'meshprobe.io/mac': by } },
  })
  t.equal(agentEventIn(good, createKeyring([])), undefined)
  t.equal(agentEventIn(withReport(report.replace('n1', 'n7')), keyring), undefined)
  t.ok(agentEventIn(withReport(report), keyring))
  t.equal(agentEventIn(withReport(report, keyring.sign(report)), keyring), undefined, 'a MAC of something else')
  const signed = (text: string) => withReport(text, keyring.sign(`event|${text}`))
  const wrong = [
    ...[
      '',
      '{',
      'null',
      '[]',
      '{"round":1}',
      '{"round":"1","node":"n","podUid":"u","unreachable":{"peer_tcp":["n2"]}}',
    ],
    ...['{"round":1,"node":"n","podUid":"u","unreachable":{"constructor":["n2"],"peer_tcp":[7,""]}}'],
    JSON.stringify({ ...JSON.parse(report), more: 'x'.repeat(1000) }),
  ]
  for (const text of wrong) t.equal(agentEventIn(signed(text), keyring), undefined, text.slice(0, 40))
  for (const event of [undefined, 7, {}, { metadata: { annotations: 7 } }])
    t.equal(agentEventIn(event, keyring), undefined)
})

t.test('on a real API server', { skip: noPrograms, timeout: 120_000 }, async (t) => {
  const cluster = await openClusterApi(t)
  const events = { apiGroups: [''], resources: ['events'] }
  await cluster.grant('agent', { meshprobe: [{ ...events, verbs: ['create'] }] })
  await cluster.grant('aggregator', { meshprobe: [{ ...events, verbs: ['list', 'watch'] }] })
  await cluster.grant('nobody', {})
  const { signal } = new AbortController()

  const reporterFor = async (account: string) => {
    const client = await cluster.as(account, { timeoutMs: 1500 })
    const lines: string[] = []
    let askedMs: number | undefined
    const reporter = createAgentReporter({
      ...{ server: client.server, pod, signer: keyring, peers: () => 12, askedMs: () => askedMs },
      // Nobody waits in a test.
      ...{ clock: systemClock, random: () => 0, log: (line: string) => lines.push(line) },
    })
    const asked = () => {
      askedMs = performance.now()
    }
    return { reporter, client, lines, asked }
  }

  const heard: EventLine[] = []
  const reader = await cluster.as('aggregator', { timeoutMs: 1500 })
  const lines: string[] = []
  const stopping = new AbortController()
  const following = followAgentEvents(
    {
      ...{ server: reader.server, namespace: 'meshprobe', signer: keyring, roundMs: 10_000 },
      ...{ clock: systemClock, random: Math.random, onRequest: () => {} },
      log: (line) => lines.push(line),
      onEvent: (event) => heard.push(event),
    },
    stopping.signal,
  )
  t.teardown(async () => {
    stopping.abort()
    await following
  })

  await t.test('an agent that nobody reads is heard by its Event, once', async (t) => {
    const { reporter, client, asked } = await reporterFor('agent')
    await reporter.roundEnded(roundOf([fail('n2'), fail('n3')], { round: present - 8 }), signal)
    await until(() => heard.length === 1, 20_000)
    t.strictSame(heard[0], {
      ...{ kind: 'event', round: present - 8, node: 'n1', podUid: 'uid-1' },
      unreachable: [
        { check: 'peer_tcp', target: 'n2' },
        { check: 'peer_tcp', target: 'n3' },
      ],
    })
    for (let round = present - 7; round < present - 2; round++)
      await reporter.roundEnded(roundOf([fail('n2')], { round }), signal)
    asked()
    await reporter.roundEnded(roundOf([fail('n2')], { round: present }), signal)
    t.equal(client.requests.length, 1)
    const table = await cluster.kubectl(['-n', 'meshprobe', 'get', 'events'])
    t.match(table, /Warning\s+MeshprobeUnreachable\s+pod\/meshprobe-agent-x\s+cannot reach n2 \(peer_tcp\), n3/)
  })

  await t.test('an old round, a forged one and one of somebody else are not heard', async (t) => {
    const other = createKeyring([])
    const write = async (line: EventLine, name: string, by = keyring) =>
      cluster.create(agentEvent(line, { ...pod, name }, by, Date.now()))
    await write({ ...lineOf(1, String), round: present - 24 }, 'old')
    await write({ ...lineOf(1, String), round: present + 5 }, 'ahead')
    await write(lineOf(1, String), 'forged', other)
    await cluster.create({ ...agentEvent(lineOf(1, String), { ...pod, name: 'other' }, keyring, 0), reason: 'Other' })
    await write({ ...lineOf(1, String), podUid: 'uid-2' }, 'good')
    await until(() => heard.length === 2, 20_000)
    t.match(heard[1], { podUid: 'uid-2' })
  })

  await t.test('after an outage nothing is heard twice, and nothing is missed', async (t) => {
    reader.relay.cut()
    await cluster.create(
      agentEvent({ ...lineOf(1, String), podUid: 'uid-3' }, { ...pod, name: 'y' }, keyring, Date.now()),
    )
    await until(() => lines.length > 0, 20_000)
    t.match(
      lines[0],
      /^Could not (watch|list) events in namespace meshprobe, so an agent that cannot be read is not heard/,
    )
    reader.relay.heal()
    await until(() => heard.length === 3, 30_000)
    t.match(heard[2], { podUid: 'uid-3' })
    t.equal(lines.at(-1), 'The API server answers again about Events of agents')
  })

  await t.test('an agent that may not, or cannot, says so once and goes on', async (t) => {
    const forbidden = await reporterFor('nobody')
    for (const round of [present - 10, present - 9, present - 2])
      await forbidden.reporter.roundEnded(roundOf([fail('n2')], { round }), signal)
    t.equal(forbidden.client.requests.length, 2, 'it asks as seldom as if it were allowed')
    t.equal(forbidden.lines.length, 1)
    t.match(forbidden.lines[0], /^May not create events in namespace meshprobe, .*; grant it there in a Role/)

    const cutOff = await reporterFor('agent')
    cutOff.client.relay.freeze()
    const startMs = performance.now()
    await cutOff.reporter.roundEnded(roundOf([fail('n2')], { round: present - 1, podUid: 'uid-4' }), signal)
    t.ok(performance.now() - startMs < 4000)
    t.match(cutOff.lines, [/^Could not create an event in namespace meshprobe/])
    cutOff.client.relay.heal()
    await cutOff.reporter.roundEnded(roundOf([fail('n2')], { podUid: 'uid-4' }), signal)
    await until(() => heard.some(({ podUid }) => podUid === 'uid-4'), 20_000)
    t.pass('and tries the next round')
  })
})
