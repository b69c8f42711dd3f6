import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import t from 'tap'

import { apiserverEndpoint } from '../../src/probes/apiserver-endpoint.ts'
import { apiserverService } from '../../src/probes/apiserver-service.ts'
import { ask, configured, targetOn, toolsFor } from '../support/ask.ts'
import { makeCertificate } from '../support/certificates.ts'
import { closedPort, listen, listenAndSay } from '../support/servers.ts'
import { listenTls, listenTlsAndSay } from '../support/tls-servers.ts'
import { until } from '../support/until.ts'

const name = 'kubernetes.default.svc'
const ca = makeCertificate({ name: 'a CA', isCa: true })
const good = makeCertificate({ name, ca })
const folder = t.testdir({ 'ca.crt': ca.cert })
const caFile = join(folder, 'ca.crt')
const probe = configured(apiserverService, { caFile })
const healthy = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'

t.test('apiserver checks ask for readyz over TLS, without saying who asks', async (t) => {
  const requests: string[] = []
  const port = await listenTls(t, good, (socket) =>
    socket.once('data', (bytes) => {
      requests.push(bytes.toString())
      socket.end(healthy)
    }),
  )
  for (const kind of [apiserverService, apiserverEndpoint]) {
    const probe = configured(kind, { caFile })
    const result = await ask(probe, targetOn(probe, port))
    t.match(result, { outcome: 'reached' })
    t.same(
      result.phases.map(({ phase }) => phase),
      ['connect', 'tls', 'exchange'],
    )
  }
  for (const request of requests) {
    t.match(
      request,
      /^GET \/readyz HTTP\/1\.1\r\nHost: kubernetes\.default\.svc\r\n(.*\r\n)*Connection: close\r\n\r\n$/,
    )
    t.notMatch(request, /authorization/i)
  }
})

t.test('a path works when the API server answers, whatever it thinks of us', async (t) => {
  const cases = [
    { status: '200 OK', match: { outcome: 'reached' } },
    { status: '401 Unauthorized', match: { outcome: 'reached' } },
    { status: '403 Forbidden', match: { outcome: 'reached' } },
    { status: '302 Found', match: { reason: 'bad_status', detail: 'status 302' } },
    { status: '404 Not Found', match: { reason: 'bad_status', detail: 'status 404' } },
    { status: '429 Too Many Requests', match: { reason: 'bad_status', detail: 'status 429' } },
    { status: '500 Internal Server Error', match: { reason: 'bad_status', detail: 'status 500' } },
    { status: '503 Service Unavailable', match: { reason: 'bad_status', detail: 'status 503' } },
  ]
  for (const { status, match } of cases) {
    const port = await listenTlsAndSay(t, good, `HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`)
    t.match(await ask(probe, targetOn(probe, port)), match, status)
  }
})

t.test('apiserver checks name what is wrong with an answer', async (t) => {
  const cases = [
    { answer: 'SSH-2.0-OpenSSH_9.6\r\n', match: { reason: 'bad_reply', detail: /not HTTP/ } },
    { answer: `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(5000)}`, match: { reason: 'bad_reply', detail: /more than 4096/ } },
    {
      answer: 'HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n',
      match: { reason: 'bad_reply', detail: /more than 4096/ },
    },
    {
      answer: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok',
      match: { reason: 'reset', detail: /closed after \d+ bytes/ },
    },
    { answer: '', match: { reason: 'reset', detail: 'closed after 0 bytes of the reply' } },
  ]
  for (const { answer, match } of cases) {
    const port = await listenTlsAndSay(t, good, answer)
    const result = await ask(probe, targetOn(probe, port))
    t.match(result, { outcome: 'failed', phases: [{}, {}, { phase: 'exchange' }], ...match }, answer.slice(0, 40))
  }
})

t.test('apiserver checks say in which step nothing comes any more', async (t) => {
  const closed = await ask(probe, targetOn(probe, await closedPort()))
  t.match(closed, { reason: 'refused', phases: [{ phase: 'connect' }] })
  const silent = await listen(t, (socket) => socket.resume())
  const inHandshake = await ask(probe, targetOn(probe, silent), { timeoutMs: 100 })
  t.match(inHandshake, { reason: 'timeout', phases: [{}, { phase: 'tls' }] })
  t.equal(inHandshake.phases.length, 2)
  const polite = await listenTls(t, good, (socket) => socket.resume())
  const afterwards = await ask(probe, targetOn(probe, polite), { timeoutMs: 300 })
  t.match(afterwards, { reason: 'timeout', phases: [{}, {}, { phase: 'exchange' }] })
  const plain = await listenAndSay(t, 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.')
  t.match(await ask(probe, targetOn(probe, plain)), { reason: 'tls_failed', phases: [{}, { phase: 'tls' }] })
})

t.test('apiserver checks say tls_failed, and why, for a certificate that is not to be trusted', async (t) => {
  const cases = [
    { certificate: makeCertificate({ name, ca, days: -1 }), detail: /certificate has expired/ },
    { certificate: makeCertificate({ name }), detail: /self-signed certificate/ },
    { certificate: makeCertificate({ name: 'other.example', ca }), detail: /does not match certificate's altnames/ },
    { certificate: makeCertificate({ name, ca: makeCertificate({ name: 'x', isCa: true }) }), detail: /verify/ },
  ]
  const lenient = configured(apiserverService, { insecure: true })
  for (const { certificate, detail } of cases) {
    const port = await listenTlsAndSay(t, certificate, healthy)
    const result = await ask(probe, targetOn(probe, port))
    t.match(result, { outcome: 'failed', reason: 'tls_failed', detail, phases: [{}, { phase: 'tls' }] })
    t.match(await ask(lenient, targetOn(lenient, port)), { outcome: 'reached' }, `insecure, ${detail}`)
  }
})

t.test('the name of a certificate is the one of the settings, or the address', async (t) => {
  const named = await listenTlsAndSay(t, makeCertificate({ name: 'api.example', ca }), healthy)
  const addressed = await listenTlsAndSay(t, makeCertificate({ name: 'x', ca, altNames: ['IP:127.0.0.1'] }), healthy)
  const cases = [
    { serverName: 'api.example', named: 'reached', addressed: 'failed' },
    { serverName: '', named: 'failed', addressed: 'reached' },
  ] as const
  for (const { serverName, ...expected } of cases) {
    const probe = configured(apiserverService, { caFile, serverName })
    t.equal((await ask(probe, targetOn(probe, named))).outcome, expected.named)
    t.equal((await ask(probe, targetOn(probe, addressed))).outcome, expected.addressed)
  }
})

t.test('every handshake is a whole one, for the name that is expected', async (t) => {
  const seen: { reused: boolean; name: string | false | null }[] = []
  const port = await listenTls(t, good, (socket) => {
    seen.push({ reused: socket.isSessionReused(), name: socket.servername })
    socket.once('data', () => socket.end(healthy))
  })
  for (let i = 0; i < 3; i++) await ask(probe, targetOn(probe, port))
  t.same(seen, Array(3).fill({ reused: false, name }))
})

t.test('who signs may be replaced while we run', async (t) => {
  const next = makeCertificate({ name: 'the next CA', isCa: true })
  const old = await listenTlsAndSay(t, good, healthy)
  const rotated = await listenTlsAndSay(t, makeCertificate({ name, ca: next }), healthy)
  const file = join(t.testdir({ 'ca.crt': ca.cert }), 'ca.crt')
  let nowMs = 0
  const probe = configured(apiserverService, { caFile: file }, toolsFor({ wallMs: () => nowMs }))
  const outcomes = async () => [
    (await ask(probe, targetOn(probe, old))).outcome,
    (await ask(probe, targetOn(probe, rotated))).outcome,
  ]
  t.same(await outcomes(), ['reached', 'failed'])
  writeFileSync(file, ca.cert + next.cert)
  t.same(await outcomes(), ['reached', 'failed'], 'not read for every probe')
  nowMs += 61_000
  t.same(await outcomes(), ['reached', 'reached'])
  t.testdir({})
  nowMs += 61_000
  t.same(await outcomes(), ['reached', 'reached'], 'a file that has vanished changes nothing')
})

t.test('apiserver checks do not start with a CA file that cannot be read', async (t) => {
  t.throws(() => configured(apiserverService, { caFile: join(folder, 'missing.crt') }), { code: 'ENOENT' })
})

t.test('apiserver checks let go of their sockets', async (t) => {
  const before = openSockets()
  const polite = await listenTls(t, good, (socket) => socket.resume())
  const silent = await listen(t, (socket) => socket.resume())
  for (const port of [polite, silent]) await ask(probe, targetOn(probe, port), { timeoutMs: 100 })
  await until(() => openSockets() <= before)
})

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length
}
