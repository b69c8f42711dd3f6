import { connect } from 'node:net'

import t, { type Test } from 'tap'

import { createEventStream } from '../../../src/aggregator/api/event-stream.ts'
import { apiBounds } from '../../../src/aggregator/api/server.ts'
import { listenOnAll } from '../../../src/serving/listen-on-all.ts'
import { findingOf } from '../../support/findings.ts'
import { until } from '../../support/until.ts'
import { ask, liveOf, serving } from './serving.ts'

const finding = findingOf('node_down', { kind: 'node', name: 'node-1' })
const usual = { readersAtMost: 64, heartbeatMs: 15_000, backlogBytes: 1000, lifetimeMs: 60_000 }

/** Reads events as a browser does; `heard` grows as they come. */
async function reading(t: Test, url: string) {
  const gone = new AbortController()
  t.teardown(() => gone.abort())
  const response = await fetch(url, { signal: gone.signal })
  const state = { text: '', ended: false, response }
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const read = async () => {
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) state.text += part.value
  }
  read()
    .catch(() => undefined)
    .finally(() => {
      state.ended = true
    })
  const events = () =>
    // What stands behind the last empty line is not all there yet.
    state.text
      .split('\n\n')
      .slice(0, -1)
      .flatMap((block) => {
        const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? []
        return name === undefined || data === undefined ? [] : [{ name, data: JSON.parse(data) }]
      })
  return { state, events, names: () => events().map(({ name }) => name), leave: () => gone.abort() }
}

/** A stream with limits of its own, on a real port. */
async function streaming(t: Test, limits: Partial<typeof usual>) {
  const live = liveOf([finding])
  const stream = createEventStream(live, { ...usual, ...limits })
  const refused: unknown[] = []
  const listeners = await listenOnAll(['127.0.0.1'], 0, apiBounds, (request, response) => {
    try {
      stream.open(request, response)
    } catch (error) {
      refused.push(error)
      response.writeHead(503).end()
    }
  })
  t.teardown(async () => {
    stream.close()
    await listeners.close()
  })
  return { live, stream, refused, port: listeners.port, url: `http://127.0.0.1:${listeners.port}/` }
}

t.test('findings come at once and when they change, and every round that was judged', async (t) => {
  const { server, live, findings } = await serving(t)
  const { state, events, names } = await reading(t, `http://127.0.0.1:${server.port}/api/v1/events`)
  t.match(state.response.headers.get('content-type'), 'text/event-stream')
  await until(() => names().length === 1)
  t.match(events()[0], { name: 'findings', data: { standing: { round: 7 }, findings: [{ id: findings[0]?.id }] } })
  live.standingNow = { ...live.standingNow, round: 8 }
  live.news()
  await until(() => names().length === 2)
  t.match(events()[1], { name: 'round', data: { round: 8 } })
  live.findingsNow = []
  live.news()
  await until(() => names().length === 4)
  t.strictSame(names(), ['findings', 'round', 'findings', 'round'])
  t.match(events()[2], { data: { findings: { length: 0 } } })
})

t.test('the order in which findings are told is no change', async (t) => {
  const { live, url } = await streaming(t, {})
  const other = findingOf('mtu', { kind: 'node', name: 'node-2' })
  live.findingsNow = [finding, other]
  live.news()
  const { names } = await reading(t, url)
  live.findingsNow = [other, finding]
  live.news()
  await until(() => names().length === 2)
  t.strictSame(names(), ['findings', 'round'])
})

t.test('a silent stream beats, and ends when its time is over', async (t) => {
  const { url } = await streaming(t, { heartbeatMs: 10, lifetimeMs: 200 })
  const { state } = await reading(t, url)
  await until(() => state.text.includes('\n\n:\n\n:\n\n'))
  t.match(state.text, /^retry: 3000\n\n/)
  await until(() => state.ended)
})

t.test('there are no more readers than there may be; who leaves makes room', async (t) => {
  const { url, port, refused } = await streaming(t, { readersAtMost: 2 })
  const [first] = [await reading(t, url), await reading(t, url)]
  t.equal((await ask(port, '/')).status, 503)
  t.match(refused, [{ status: 503, message: /too many readers/ }])
  t.equal((await ask(port, '/', { method: 'HEAD' })).status, 503)
  first.leave()
  await until(() => first.state.ended)
  let again = await reading(t, url)
  for (let tries = 0; again.state.response.status === 503 && tries < 50; tries++) again = await reading(t, url)
  await until(() => again.names().length === 1)
})

t.test('who does not read is dropped, the others are not', async (t) => {
  const { live, port, url } = await streaming(t, {})
  const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')).pause()
  const state = { closed: false }
  socket
    .on('error', () => undefined)
    .on('close', () => {
      state.closed = true
    })
  const reader = await reading(t, url)
  await until(() => reader.names().length === 1)
  live.standingNow = { ...live.standingNow, troubles: ['x'.repeat(1_000_000)] }
  for (let sent = 0; sent < 200 && !state.closed; sent++) {
    live.news()
    const heard = (sent + 1) * 1_000_000
    await until(() => reader.state.text.length >= heard, 20_000)
    // Only a socket that is read notices that it was reset.
    if (sent > 20) socket.resume()
  }
  await until(() => state.closed)
  t.notOk(reader.state.ended, 'who reads stays')
})

t.test('closing ends every stream and listens to nothing more', async (t) => {
  const { live, stream, url } = await streaming(t, {})
  const { state } = await reading(t, url)
  stream.close()
  await until(() => state.ended)
  t.equal(live.listeners(), 0)
})
