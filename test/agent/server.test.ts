import { once } from 'node:events'
import { connect } from 'node:net'

import t, { type Test } from 'tap'
import { request } from 'undici'

import { createReaders } from '../../src/agent/readers.ts'
import { createRoundStore } from '../../src/agent/round-store.ts'
import { openAgentServer } from '../../src/agent/server.ts'
import { systemClock } from '../../src/agent/system-clock.ts'
import { isPullToken, pullToken, roundsPath } from '../../src/model/pull.ts'
import { createKeyring } from '../../src/probes/keyring.ts'
import { roundOf } from '../support/rounds.ts'

const keyring = createKeyring([Buffer.alloc(32, 1)])

async function serving(t: Test) {
  const rounds = createRoundStore()
  const state = { ready: true }
  const readers = createReaders(systemClock)
  const server = await openAgentServer({
    addresses: ['127.0.0.1'],
    port: 0,
    rounds,
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: `up 1\n${'# '.repeat(2000)}` }),
    mayRead: (token) => isPullToken(keyring, token, roundsPath, 'uid-node-1', Date.now()),
    ready: () => state.ready,
    readers,
  })
  t.teardown(() => server.close())
  const base = `http://127.0.0.1:${server.port}`
  const authorization = `Bearer ${pullToken(keyring, roundsPath, 'uid-node-1', Date.now())}`
  const get = (path: string, headers: Record<string, string> = { authorization }) => request(base + path, { headers })
  return { rounds, state, readers, server, get }
}

t.test('health says what it listens to, never what it sees', async (t) => {
  const { get, state } = await serving(t)
  t.equal((await get('/livez')).statusCode, 200)
  t.equal((await get('/readyz')).statusCode, 200)
  state.ready = false
  t.equal((await get('/readyz')).statusCode, 503)
  t.equal((await get('/livez')).statusCode, 200, 'a leaving agent is alive')
})

t.test('metrics come compressed to those who ask for it', async (t) => {
  const { get } = await serving(t)
  t.equal((await get('/metrics')).headers['content-encoding'], undefined)
  t.equal((await get('/metrics', { 'accept-encoding': 'gzip' })).headers['content-encoding'], 'gzip')
})

t.test('rounds need a token of the mesh key for this pod and this hour', async (t) => {
  const { get, rounds } = await serving(t)
  rounds.add(roundOf('node-1', 1))
  const hourAgo = Date.now() - 3_600_000
  const another = createKeyring([Buffer.alloc(32, 2)])
  for (const token of [
    '',
    'x.y',
    pullToken(another, roundsPath, 'uid-node-1', Date.now()),
    pullToken(keyring, roundsPath, 'uid-node-2', Date.now()),
    pullToken(keyring, roundsPath, 'uid-node-1', hourAgo),
  ]) {
    t.equal((await get(roundsPath, { authorization: `Bearer ${token}` })).statusCode, 401, token)
  }
  const { statusCode, body } = await get(roundsPath)
  t.equal(statusCode, 200)
  t.match(JSON.parse(await body.text()), { kind: 'round', node: 'node-1' })
})

t.test('a reader gets what it has not seen, and waits for the next round', async (t) => {
  const { get, rounds } = await serving(t)
  for (const seq of [1, 2, 3]) rounds.add(roundOf('node-1', seq))
  const lines = async (path: string) => (await (await get(path)).body.text()).trim().split('\n').length
  t.equal(await lines(`${roundsPath}?boot=boot-1&after=1`), 2)
  t.equal(await lines(`${roundsPath}?boot=boot-0&after=99`), 3, "another boot's cursor: everything")
  const waiting = lines(`${roundsPath}?boot=boot-1&after=3`)
  await new Promise((resolve) => setImmediate(resolve))
  rounds.add(roundOf('node-1', 4))
  t.equal(await waiting, 1)
})

t.test('24 rounds are kept', async (t) => {
  const { rounds } = await serving(t)
  for (let seq = 0; seq < 30; seq++) rounds.add(roundOf('node-1', seq))
  t.same(
    rounds.after({ bootId: '', seq: -1 }).map(({ seq }) => seq),
    Array.from({ length: 24 }, (_, i) => i + 6),
  )
})

t.test('closing ends the polls that wait', async (t) => {
  const { get, server } = await serving(t)
  const waiting = get(roundsPath)
  await new Promise((resolve) => setTimeout(resolve, 50))
  await server.close()
  t.equal((await waiting).statusCode, 200)
})

t.test('garbage and other methods are refused', async (t) => {
  const { get, server } = await serving(t)
  t.equal((await get('/')).statusCode, 404)
  t.equal((await request(`http://127.0.0.1:${server.port}/metrics`, { method: 'POST' })).statusCode, 405)
  const socket = connect(server.port, '127.0.0.1')
  socket.end('\u0000\u0001 garbage\r\n\r\n')
  socket.resume()
  await once(socket, 'close')
  t.equal((await get('/livez')).statusCode, 200, 'still there')
})

t.test('it is known when somebody who may has read the rounds', async (t) => {
  const { rounds, readers, get } = await serving(t)
  t.equal(readers.lastMs(), undefined)
  await get(roundsPath, { authorization: 'Bearer 1.wrong' }).then(({ body }) => body.dump())
  t.equal(readers.lastMs(), undefined, 'who may not has read nothing')
  const waiting = get(roundsPath)
  while (readers.count() === 0) await new Promise((resolve) => setImmediate(resolve))
  const before = systemClock.monotonicMs()
  t.ok((readers.lastMs() ?? 0) >= before, 'who waits is reading')
  rounds.add(roundOf('node-1', 5))
  await (await waiting).body.dump()
  t.equal(readers.count(), 0)
  const last = readers.lastMs() ?? 0
  t.ok(last >= before && last <= systemClock.monotonicMs())
})
