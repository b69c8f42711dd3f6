import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'

import t, { type Test } from 'tap'

import { createReaders } from '../../src/agent/readers.ts'
import { createRoundStore } from '../../src/agent/round-store.ts'
import { openAgentServer } from '../../src/agent/server.ts'
import { systemClock } from '../../src/agent/system-clock.ts'
import { createGatherer } from '../../src/aggregator/gather.ts'
import type { ToldRound } from '../../src/aggregator/told-round.ts'
import type { Reason } from '../../src/model/failure.ts'
import { isPullToken, roundsPath } from '../../src/model/pull.ts'
import { createKeyring } from '../../src/probes/keyring.ts'
import { roundOf } from '../support/rounds.ts'
import { until } from '../support/until.ts'

const keyring = createKeyring([Buffer.alloc(32, 1)])

async function agentOn(t: Test, node: string, port = 0) {
  const rounds = createRoundStore()
  const server = await openAgentServer({
    addresses: ['127.0.0.1'],
    port,
    rounds,
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
    mayRead: (token) => isPullToken(keyring, token, roundsPath, `uid-${node}`, Date.now()),
    ready: () => true,
    readers: createReaders(systemClock),
  })
  t.teardown(() => server.close())
  return { rounds, stop: server.close, address: { node, podUid: `uid-${node}`, host: '127.0.0.1', port: server.port } }
}

function gathering(t: Test, pastRounds = 24) {
  const waiting = new Set<() => void>()
  const seen: ToldRound[] = []
  const unread: { node: string; reason: Reason }[] = []
  const onRound = (round: ToldRound) => {
    seen.push(round)
    for (const wake of waiting) wake()
  }
  const gatherer = createGatherer({
    ...{ signer: keyring, clock: systemClock, onRound, pastRounds: () => pastRounds },
    onUnread: (node, reason) => void unread.push({ node, reason }),
  })
  t.teardown(() => gatherer.close())
  /** Resolves when `count` rounds have arrived. */
  const arrived = async (count: number) => {
    while (seen.length < count) await new Promise<void>((resolve) => waiting.add(resolve))
  }
  return { gatherer, seen, unread, arrived }
}

t.test('gatherer reads every agent as its rounds end, each round once', async (t) => {
  const [a, b] = [await agentOn(t, 'node-1'), await agentOn(t, 'node-2')]
  const { gatherer, seen, arrived } = gathering(t)
  a.rounds.add(roundOf('node-1', 1))
  gatherer.follow([a.address, b.address])
  await arrived(1)
  a.rounds.add(roundOf('node-1', 2))
  b.rounds.add(roundOf('node-2', 2))
  await arrived(3)
  gatherer.follow([a.address, b.address])
  a.rounds.add(roundOf('node-1', 3))
  await arrived(4)
  t.same(seen.map(({ node, round }) => `${node}/${round}`).sort(), ['node-1/1', 'node-1/2', 'node-1/3', 'node-2/2'])
})

t.test('of an agent of which nothing is known only the newest rounds are read, later all of a gap', async (t) => {
  const a = await agentOn(t, 'node-1')
  for (let round = 1; round <= 20; round++) a.rounds.add(roundOf('node-1', round))
  const { gatherer, seen, arrived } = gathering(t, 3)
  gatherer.follow([a.address])
  await arrived(3)
  for (let round = 21; round <= 30; round++) a.rounds.add(roundOf('node-1', round))
  await arrived(13)
  t.same(
    seen.map(({ round }) => round),
    [18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30],
  )
})

/** An agent that answers what it likes. */
async function oddAgent(t: Test, node: string, answer: Parameters<typeof createServer>[1]) {
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { node, podUid: '', host: '127.0.0.1', port }
}

const line = (round: object) => `${JSON.stringify(round)}\n`

t.test('who lies is told by what it did, and delays nobody; so is who says nothing', async (t) => {
  const answers: Readonly<Record<string, string>> = {
    'no-round': line({ kind: 'round' }),
    'other-node': line(roundOf('node-9', 1)),
    garbage: 'garbage\n',
    'no-number': line(roundOf('no-number', 1.5)),
  }
  const reasons = { 'other-node': 'wrong_peer' } as Readonly<Record<string, Reason>>
  const odd = await Promise.all(
    Object.entries(answers).map(([node, text]) => oddAgent(t, node, (_, response) => response.end(text))),
  )
  const silent = await oddAgent(t, 'silent', () => {})
  const good = await agentOn(t, 'node-1')
  const { gatherer, seen, unread, arrived } = gathering(t)
  gatherer.follow([...odd, silent, good.address])
  good.rounds.add(roundOf('node-1', 1))
  await arrived(1)
  await until(() => new Set(unread.map(({ node }) => node)).size === odd.length)
  t.same(
    seen.map(({ node }) => node),
    ['node-1'],
  )
  for (const { node, reason } of unread) t.equal(reason, reasons[node] ?? 'bad_reply', node)
})

t.test('what is too much is refused before it fills the memory', async (t) => {
  let sent = 0
  const chunk = Buffer.alloc(1024 * 1024, 'x')
  const pour = (response: ServerResponse) => {
    if (response.destroyed) return
    sent += chunk.length
    response.write(chunk, (error) => {
      if (!error) pour(response)
    })
  }
  const endless = await oddAgent(t, 'endless', (_, response) => pour(response))
  const announced = await oddAgent(t, 'announced', (_, response) => {
    response.writeHead(200, { 'content-length': 1_000_000_000 }).flushHeaders()
  })
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 })
  const packed = await oddAgent(t, 'bomb', (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
  })
  const headers = await oddAgent(t, 'headers', (request) => {
    request.socket.write(`HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(10_000)}`)
  })
  const long = await oddAgent(t, 'long', (_, response) => {
    response.end(line(roundOf('long', 1, { zone: 'z'.repeat(300_000) })))
  })
  const { gatherer, unread } = gathering(t)
  gatherer.follow([endless, announced, packed, headers, long])
  await until(() => new Set(unread.map(({ node }) => node)).size === 5, 20_000)
  for (const { node, reason } of unread) t.equal(reason, 'bad_reply', node)
  t.ok(sent < 200_000_000, `${sent} bytes were sent before it was cut off`)
})

t.test('an agent of another version is understood as far as it can be', async (t) => {
  const { node, round, ...rest } = roundOf('newer', 7)
  const answers = [line({ kind: 'forecast', node }), line({ ...rest, weather: { rain: true }, node, round })]
  let asked = 0
  const agent = await oddAgent(t, 'newer', (_, response) => {
    asked += 1
    if (asked === 1) response.end(answers.join(''))
  })
  const { gatherer, seen, unread, arrived } = gathering(t)
  gatherer.follow([agent])
  await arrived(1)
  await until(() => unread.length > 0)
  t.match(seen, [{ node: 'newer', round: 7, bootId: 'boot-1', seq: 7 }], 'its fields may come in any order')
  t.match(unread, [{ node: 'newer', reason: 'bad_reply' }], 'a line that is not understood is told')
  await until(() => asked > 1)
})

t.test('an agent that starts anew is read from its beginning, over a new connection', async (t) => {
  const first = await agentOn(t, 'node-1')
  const { gatherer, seen, unread, arrived } = gathering(t)
  first.rounds.add(roundOf('node-1', 5))
  gatherer.follow([first.address])
  await arrived(1)
  await first.stop()
  await until(() => unread.length > 0)
  t.equal(unread[0]?.reason, 'refused')
  const second = await agentOn(t, 'node-1', first.address.port)
  for (const seq of [0, 1]) second.rounds.add(roundOf('node-1', 6 + seq, { bootId: 'boot-2', seq }))
  await arrived(3)
  t.same(
    seen.map(({ round, bootId }) => [round, bootId]),
    [
      [5, 'boot-1'],
      [6, 'boot-2'],
      [7, 'boot-2'],
    ],
  )
})
