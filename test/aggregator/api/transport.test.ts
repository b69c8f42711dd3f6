import { connect } from 'node:net'
import { gunzipSync } from 'node:zlib'

import t from 'tap'

import { takesGzip } from '../../../src/aggregator/api/reply.ts'
import { openApi } from '../../../src/aggregator/api/server.ts'
import { timeMs } from '../../../src/aggregator/api/time-text.ts'
import { sendRaw } from '../../support/raw.ts'
import { until } from '../../support/until.ts'
import { ask, liveOf, serving } from './serving.ts'

t.test('who has an answer is told so, until it changes', async (t) => {
  const { get, live } = await serving(t)
  const { headers } = await get('/api/v1/findings')
  const etag = String(headers.etag)
  t.match(etag, /^W\/"[\w-]{22}"$/)
  for (const known of [etag, `"other", ${etag}`, etag.slice(2), '*']) {
    const again = await get('/api/v1/findings', { headers: { 'if-none-match': known } })
    t.strictSame([again.status, again.text, again.headers.etag], [304, '', etag], known)
  }
  t.equal((await get('/api/v1/findings', { headers: { 'if-none-match': '"other"' } })).status, 200)
  live.findingsNow = []
  const changed = await get('/api/v1/findings', { headers: { 'if-none-match': etag } })
  t.match([changed.status, changed.json()], [200, { findings: [] }])
})

t.test('what is long comes gzipped to those who take it', async (t) => {
  const { get } = await serving(t)
  for (const path of ['/api/v1/matrix?level=zone', '/metrics', '/openapi.json']) {
    const plain = await get(path)
    const zipped = await get(path, { headers: { 'accept-encoding': 'br, gzip;q=0.5' } })
    t.equal(plain.headers['content-encoding'], undefined)
    t.equal(zipped.headers['content-encoding'], 'gzip', path)
    t.equal(zipped.headers.vary, 'accept-encoding')
    t.equal(gunzipSync(zipped.bytes).toString(), plain.text)
    t.ok(zipped.bytes.length < plain.bytes.length / 2)
    t.equal(Number(zipped.headers['content-length']), zipped.bytes.length)
  }
  const short = await get('/livez', { headers: { 'accept-encoding': 'gzip' } })
  t.strictSame([short.headers['content-encoding'], short.text], [undefined, 'ok\n'])
})

t.test('gzip is taken by name or by star, and not with the weight 0', async (t) => {
  const takes = (coding: string) => takesGzip({ headers: { 'accept-encoding': coding } } as never)
  t.strictSame(
    ['gzip', 'deflate, GZIP', '*', 'gzip;q=0.1', '*;q=0, gzip'].filter((coding) => !takes(coding)),
    [],
  )
  t.strictSame(['', 'identity', 'gzip;q=0', 'gzip; q=0.000', '*, gzip;q=0', 'xgzip'].filter(takes), [])
})

t.test('HEAD is GET without the body', async (t) => {
  const { get } = await serving(t)
  for (const path of [
    '/',
    '/livez',
    '/metrics',
    '/openapi.json',
    '/api/v1/findings',
    '/api/v1/matrix?check=peer_tcp',
  ]) {
    const [whole, head] = [await get(path), await get(path, { method: 'HEAD' })]
    t.strictSame([head.status, head.text, head.headers.etag], [200, '', whole.headers.etag], path)
    t.equal(head.headers['content-length'], whole.headers['content-length'])
  }
  for (const path of ['/api/v1/events', '/api/v1/rounds']) t.equal((await get(path, { method: 'HEAD' })).status, 200)
  t.equal((await get('/api/v1/nothing', { method: 'HEAD' })).status, 404)
})

t.test('every answer says that it is what it says, and is not to be kept without asking', async (t) => {
  const { get } = await serving(t)
  for (const path of ['/', '/api/v1/findings', '/api/v1/rounds', '/metrics', '/nothing', '/api/v1/matrix?x=1']) {
    const { headers } = await get(path)
    t.strictSame([headers['x-content-type-options'], headers['cache-control']], ['nosniff', 'no-cache'], path)
    t.equal(headers['access-control-allow-origin'], undefined)
  }
})

t.test('the recording comes as it is kept, or unzipped on the way', async (t) => {
  const { get, archive } = await serving(t)
  const kept = Buffer.from(await archive.rounds())
  const zipped = await get('/api/v1/rounds', { headers: { 'accept-encoding': 'gzip' } })
  t.ok(zipped.bytes.equals(kept))
  t.match(zipped.headers, {
    ...{ 'content-encoding': 'gzip', 'content-type': 'application/x-ndjson' },
    'content-disposition': 'attachment; filename="rounds.ndjson"',
  })
  const plain = await get('/api/v1/rounds')
  t.equal(plain.text, gunzipSync(kept).toString())
  t.equal(plain.headers['content-encoding'], undefined)
  const empty = await serving(t, { withArchive: { rounds: async () => new Uint8Array() } })
  const nothing = await empty.get('/api/v1/rounds', { headers: { 'accept-encoding': 'gzip' } })
  t.strictSame([nothing.status, nothing.text, nothing.headers['content-encoding']], [200, '', undefined])
})

t.test('times are written in full, or as so long ago', async (t) => {
  const nowMs = Date.UTC(2026, 0, 5, 10)
  const read = (text: string) => timeMs(text, nowMs)
  t.equal(read('2026-01-05T10:00:00Z'), nowMs)
  t.equal(read('2026-01-05T12:00+02:00'), nowMs)
  t.equal(read('2026-01-05T12:00 02:00'), nowMs, 'a plus in a query is a space')
  t.strictSame(
    ['-90s', '-15m', '-2h', '-7d'].map(read),
    [90, 900, 7200, 604_800].map((s) => nowMs - s * 1000),
  )
  t.equal(read('-999999999d'), 0)
  for (const odd of ['', 'now', '-15', '15m', '2026-01-05', '2026-13-05T10:00:00Z', '1969-01-01T00:00:00Z', '-1e9s']) {
    t.equal(read(odd), undefined, odd)
  }
})

t.test('it listens on all of its addresses with one port, or on none', async (t) => {
  const { server, live, archive } = await serving(t, { addresses: ['127.0.0.1', '127.0.0.2', '::1'] })
  for (const host of ['127.0.0.1', '127.0.0.2', '::1'])
    t.equal((await ask(server.port, '/livez', { host })).status, 200)
  const parts = {
    port: server.port,
    live,
    archive,
    metrics: async () => ({ contentType: '', text: '' }),
    ready: () => undefined,
  }
  const listening = live.listeners()
  await t.rejects(openApi({ ...parts, addresses: ['127.0.0.3', '127.0.0.1'] }), /EADDRINUSE/)
  await t.rejects(ask(server.port, '/livez', { host: '127.0.0.3' }), /ECONNREFUSED/, 'the first is let go')
  t.equal(live.listeners(), listening, 'and nobody listens to news')
})

t.test('closing leaves no connection: idle, waiting, streaming or half a question', async (t) => {
  const { server, get, live } = await serving(t, { withArchive: { nodes: () => new Promise(() => undefined) } })
  const opened = [
    '',
    'GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'GET /li',
    'GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n',
  ]
  const ended = opened.map(
    (text) =>
      new Promise((resolve) => {
        const socket = connect(server.port, '127.0.0.1', () => socket.write(text)).resume()
        socket.on('error', () => undefined).on('close', resolve)
      }),
  )
  const waiting = get('/api/v1/nodes').catch((error) => error)
  await until(() => live.listeners() > 0)
  await new Promise((resolve) => setTimeout(resolve, 100))
  const began = performance.now()
  await server.close()
  t.ok(performance.now() - began < 2000)
  t.match(await waiting, { code: 'ECONNRESET' })
  await Promise.all(ended)
  t.equal(live.listeners(), 0)
  await t.rejects(get('/livez'), /ECONNREFUSED/)
  t.equal(liveOf([]).listeners(), 0)
})

t.test('garbage, endless headers and bodies that nobody asked for end the connection', async (t) => {
  const { server, get } = await serving(t)
  t.match(await sendRaw(server.port, '\u0000\u0001 garbage\r\n\r\n'), /^(HTTP\/1.1 400|$)/)
  const long = `GET / HTTP/1.1\r\nHost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`
  t.match(await sendRaw(server.port, long), /^(HTTP\/1.1 431|$)/)
  const posting = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nthe rest never comes'
  const began = performance.now()
  t.match(await heard(server.port, posting), /^HTTP\/1.1 405 .*\r\nallow: GET, HEAD\r\n/is)
  t.match(await heard(server.port, posting.replace('POST', 'GET')), /^HTTP\/1.1 200 /)
  t.ok(performance.now() - began < 3000, 'nobody waits for the rest')
  t.equal((await get('/livez')).status, 200, 'still there')
})

/** Sends this, leaves the connection open, and tells what came until the other end closed it. */
function heard(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => socket.write(text))
    socket.setEncoding('utf8').on('data', (part) => {
      answer += part
    })
    socket.on('error', () => undefined).on('end', () => socket.destroy())
    socket.on('close', () => resolve(answer))
  })
}
