import { createSocket } from 'node:dgram'
import { once } from 'node:events'

import { type DecodedPacket, encode } from 'dns-packet'
import t from 'tap'

import { dnsReplica } from '../../src/probes/dns-replica.ts'
import { systemTransport, type Transport } from '../../src/probes/transport.ts'
import { ask, configured, targetOn, toolsFor } from '../support/ask.ts'
import { answer, framed, type NameServerOptions, nameServer, truncated } from '../support/name-server.ts'
import { closedPort } from '../support/servers.ts'

const probe = configured(dnsReplica)
const external = { variant: 'external' } as const
const exchange = [{ phase: 'exchange' }]
/** Elsewhere loopback has one address. */
const linux = process.platform === 'linux'

const wrong: readonly { readonly what: string; readonly detail: RegExp; spoil(query: DecodedPacket): Buffer }[] = [
  {
    what: 'another id',
    detail: /^answer to query \d+, not to \d+$/,
    spoil: spoiled,
  },
  {
    what: 'another name',
    detail: /^answer about PTR of "other\.example"$/,
    spoil: (query) => answer({ ...query, questions: [{ type: 'PTR', name: 'other.example' }] }),
  },
  {
    what: 'another type',
    detail: /^answer about TXT of "/,
    spoil: ({ questions, ...query }) => {
      const [{ name = '' } = {}] = questions ?? []
      return answer({ ...query, questions: [{ type: 'TXT', name }] })
    },
  },
  {
    what: 'no question',
    detail: /^an answer without a question$/,
    spoil: (query) => answer({ ...query, questions: [] }),
  },
  { what: 'our own query', detail: /^a query, not an answer$/, spoil: (query) => encode({ ...query, type: 'query' }) },
  { what: 'a few bytes', detail: /^not DNS/, spoil: () => Buffer.from('hi') },
  { what: 'nothing at all', detail: /^not DNS/, spoil: () => Buffer.alloc(0) },
  { what: 'garbage', detail: /^not DNS/, spoil: () => Buffer.alloc(600, 0xff) },
  { what: 'a cut answer', detail: /^not DNS/, spoil: (query) => answer(query).subarray(0, 20) },
]

t.test('dns says bad_reply when only wrong answers come', async (t) => {
  for (const { what, detail, spoil } of wrong) {
    const { port } = await nameServer(t, spoil)
    const result = await ask(probe, targetOn(probe, port, external), { timeoutMs: 60 })
    t.match(result, { outcome: 'failed', reason: 'bad_reply', detail, phases: exchange }, what)
  }
})

t.test('dns waits for the right answer behind wrong ones', async (t) => {
  const { port } = await nameServer(t, (query) => [...wrong.map(({ spoil }) => spoil(query)), answer(query)])
  t.match(await ask(probe, targetOn(probe, port, external)), { outcome: 'reached' })
})

t.test('dns takes no answer from somebody whom it did not ask', async (t) => {
  for (const address of linux ? ['127.0.0.1', '127.0.0.2'] : ['127.0.0.1']) {
    const stranger = createSocket('udp4')
    const { port } = await nameServer(t, (query, { port }) => {
      stranger.send(answer(query), port, '127.0.0.1')
      return undefined
    })
    stranger.bind(address === '127.0.0.1' ? 0 : port, address)
    await once(stranger, 'listening')
    t.teardown(() => stranger.close())
    const result = await ask(probe, targetOn(probe, port, external), { timeoutMs: 60 })
    const detail = `an answer from ${address} port ${stranger.address().port}, which nobody asked`
    t.match(result, { reason: 'bad_reply', detail })
  }
})

t.test('dns says timeout when nobody answers, or nothing listens', async (t) => {
  const { port, asked } = await nameServer(t, () => undefined)
  const result = await ask(probe, targetOn(probe, port, external), { timeoutMs: 60 })
  t.match(result, { outcome: 'failed', reason: 'timeout', phases: exchange })
  t.equal(asked.length, 1)
  const nobody = await closedPort()
  t.match(await ask(probe, targetOn(probe, nobody, external), { timeoutMs: 60 }), { reason: 'timeout' })
})

t.test('dns asks a second time when half of the time is over, from another port', async (t) => {
  const { port, asked } = await nameServer(t, (query) => (asked.length === 1 ? undefined : answer(query)))
  const quick = configured(dnsReplica, { timeout: 200 })
  const result = await ask(quick, targetOn(quick, port, external), { timeoutMs: 2000 })
  t.match(result, { outcome: 'reached' })
  t.ok(result.durationMs >= 99, `${result.durationMs} ms`)
  const [first, second] = asked
  t.equal(asked.length, 2)
  t.equal(first?.name, second?.name)
  t.not(first?.port, second?.port)
})

t.test('dns takes a late answer to its first try', async (t) => {
  let release = () => {}
  const { port, asked } = await nameServer(t, (query) => {
    if (asked.length > 1) return void release()
    return new Promise((resolve) => {
      release = () => resolve(answer(query))
    })
  })
  const quick = configured(dnsReplica, { timeout: 100 })
  t.match(await ask(quick, targetOn(quick, port, external)), { outcome: 'reached' })
  t.equal(asked.length, 2)
})

t.test('dns asks over TCP when the answer does not fit', async (t) => {
  const { port, asked } = await nameServer(t, (query, { over }) => (over === 'udp' ? truncated(query) : answer(query)))
  const result = await ask(probe, targetOn(probe, port, external))
  t.match(result, { outcome: 'reached' })
  t.same(
    result.phases.map(({ phase }) => phase),
    ['exchange', 'connect', 'exchange'],
  )
  t.match(asked, [{ over: 'udp' }, { over: 'tcp' }])
  t.equal(asked[0]?.name, asked[1]?.name)
})

t.test('dns over TCP reads an answer that comes in pieces, and a long one', async (t) => {
  const many = Array.from({ length: 500 }, (_, i) => ({
    type: 'TXT' as const,
    name: 'a.example',
    ttl: 5,
    data: `${i}`.padEnd(100, 'x'),
  }))
  const { port } = await nameServer(t, (query, { over }) =>
    over === 'udp' ? truncated(query) : answer(query, 'NOERROR', many),
  )
  t.match(await ask(probe, targetOn(probe, port, external)), { outcome: 'reached' })
})

t.test('dns over TCP says what goes wrong', async (t) => {
  const cases: readonly { tcp: NonNullable<NameServerOptions['tcp']>; match: object }[] = [
    { tcp: 'refuse', match: { reason: 'refused', phases: [{}, { phase: 'connect' }] } },
    { tcp: (socket) => socket.resume(), match: { reason: 'timeout', phases: [{}, {}, { phase: 'exchange' }] } },
    { tcp: (socket) => socket.once('data', () => socket.resetAndDestroy()), match: { reason: 'reset' } },
    { tcp: (socket) => socket.end(), match: { reason: 'reset', detail: 'closed after 0 bytes of the answer' } },
    {
      tcp: (socket) => socket.end(Buffer.from([0, 99, 1, 2])),
      match: { reason: 'reset', detail: 'closed after 4 bytes of the answer' },
    },
    {
      tcp: (socket) => socket.write(framed(Buffer.alloc(12))),
      match: { reason: 'bad_reply', detail: /not an answer/ },
    },
    { tcp: (socket) => socket.write('HTTP/1.1 400 Bad Request'.padEnd(30_000)), match: { reason: 'bad_reply' } },
  ]
  for (const { tcp, match } of cases) {
    const { port } = await nameServer(t, truncated, { tcp })
    t.match(await ask(probe, targetOn(probe, port, external), { timeoutMs: 150 }), match, String(tcp))
  }
})

t.test('dns over TCP takes no answer to another query', async (t) => {
  const { port } = await nameServer(t, (query, { over }) => (over === 'udp' ? truncated(query) : spoiled(query)))
  t.match(await ask(probe, targetOn(probe, port, external)), { reason: 'bad_reply', detail: /^answer to query/ })
})

t.test('dns says no_local_resources when it cannot even send', async (t) => {
  const full: Transport = {
    ...systemTransport({ from: [] }),
    openUdp(family) {
      const socket = systemTransport({ from: [] }).openUdp(family)
      const send: typeof socket.send = (_bytes, _port, _address, done) =>
        done(Object.assign(new Error('no buffers'), { code: 'ENOBUFS' }))
      return Object.assign(socket, { send })
    },
  }
  const probe = configured(dnsReplica, {}, toolsFor({ transport: full }))
  t.match(await ask(probe, targetOn(probe, 53, external)), { reason: 'no_local_resources', phases: exchange })
})

function spoiled(query: DecodedPacket): Buffer {
  return answer({ ...query, id: ((query.id ?? 0) + 1) % 65_536 })
}
