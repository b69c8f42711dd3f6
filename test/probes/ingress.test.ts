import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type TlsOptions } from 'node:tls'

import t, { type Test } from 'tap'

import { ingress } from '../../src/probes/ingress.ts'
import { ingressReplica } from '../../src/probes/ingress-replica.ts'
import { ask, configured, targetOn } from '../support/ask.ts'
import { makeCertificate } from '../support/certificates.ts'
import { node2, respond } from '../support/responders.ts'
import { listen, listenAndSay, portOf } from '../support/servers.ts'
import { until } from '../support/until.ts'

const host = 'mesh.example'
const ca = makeCertificate({ name: 'a CA', isCa: true })
const good = makeCertificate({ name: host, ca })
const folder = mkdtempSync(join(tmpdir(), 'meshprobe-ca-'))
const caFile = join(folder, 'ca.pem')
writeFileSync(caFile, ca.cert)
t.teardown(() => rmSync(folder, { recursive: true }))

const overTls = { host, tls: true, caFile }

t.test('ingress goes through a controller that ends TLS', async (t) => {
  const port = await listenTls(t, good)
  for (const kind of [ingress, ingressReplica]) {
    const probe = configured(kind, overTls)
    const result = await ask(probe, targetOn(probe, port))
    t.match(result, { outcome: 'reached', answer: { identity: node2 } })
    t.match(result.phases, [{ phase: 'connect' }, { phase: 'tls' }, { phase: 'exchange' }])
  }
})

t.test('ingress sends the host and the path of its settings', async (t) => {
  const requests: string[] = []
  const port = await listen(t, (socket) => socket.once('data', (bytes) => requests.push(bytes.toString())))
  const probe = configured(ingress, { host: 'mesh.example:8080', path: '/odd/place' })
  await ask(probe, targetOn(probe, port), { timeoutMs: 100 })
  t.match(requests, [/^GET \/odd\/place HTTP\/1\.1\r\nHost: mesh\.example:8080\r\n/])
})

t.test('ingress without a host names the address', async (t) => {
  const requests: string[] = []
  const port = await listen(t, (socket) => socket.once('data', (bytes) => requests.push(bytes.toString())), '::1')
  const probe = configured(ingress)
  await ask(probe, targetOn(probe, port, { address: '::1' }), { timeoutMs: 100 })
  t.match(requests[0], `GET /v1/probe HTTP/1.1\r\nHost: [::1]:${port}\r\n`)
})

t.test('ingress trusts a certificate for an address when no host is set', async (t) => {
  const port = await listenTls(t, makeCertificate({ name: 'elsewhere', ca, altNames: ['IP:127.0.0.1'] }))
  const probe = configured(ingress, { ...overTls, host: '' })
  t.match(await ask(probe, targetOn(probe, port)), { outcome: 'reached' })
})

t.test('ingress says tls_failed, and why, for a certificate that is not to be trusted', async (t) => {
  const cases = [
    { certificate: makeCertificate({ name: host, ca, days: -1 }), detail: /expired/ },
    { certificate: makeCertificate({ name: host }), detail: /self[- ]signed/ },
    { certificate: makeCertificate({ name: 'other.example', ca }), detail: /does not match|altnames/i },
    { certificate: makeCertificate({ name: host, ca: makeCertificate({ name: 'x', isCa: true }) }), detail: /verify/ },
  ]
  const [strict, lenient] = [configured(ingress, overTls), configured(ingress, { ...overTls, insecure: true })]
  for (const { certificate, detail } of cases) {
    const port = await listenTls(t, certificate)
    const result = await ask(strict, targetOn(strict, port))
    t.match(result, { outcome: 'failed', reason: 'tls_failed', detail }, String(detail))
    t.match(result.phases, [{ phase: 'connect' }, { phase: 'tls' }])
    t.match(await ask(lenient, targetOn(lenient, port)), { outcome: 'reached' }, `insecure, ${detail}`)
  }
})

t.test('ingress says what goes wrong in the handshake', async (t) => {
  const probe = configured(ingress, overTls)
  const plain = await listenAndSay(t, 'HTTP/1.1 400 Bad Request\r\n\r\n')
  t.match(await ask(probe, targetOn(probe, plain)), { reason: 'tls_failed', phases: [{}, { phase: 'tls' }] })
  const rude = await listen(t, (socket) => socket.once('data', () => socket.resetAndDestroy()))
  t.match(await ask(probe, targetOn(probe, rude)), { reason: 'reset', phases: [{}, { phase: 'tls' }] })
  const silent = await listen(t, (socket) => socket.resume())
  const late = await ask(probe, targetOn(probe, silent), { timeoutMs: 100 })
  t.match(late, { reason: 'timeout', phases: [{}, { phase: 'tls' }] })
})

t.test('ingress tells the controller which name it wants a certificate for, unless that is an address', async (t) => {
  const wanted: unknown[] = []
  const port = await serveTls(t, good, (socket) => {
    wanted.push('servername' in socket && socket.servername)
    socket.destroy()
  })
  for (const name of [`${host}:8443`, '', '10.0.0.9']) {
    const probe = configured(ingress, { ...overTls, host: name, insecure: true })
    await ask(probe, targetOn(probe, port))
  }
  t.same(wanted, [host, false, false])
})

t.test('ingress names the status of a controller without a backend', async (t) => {
  const options = { ...good, ALPNProtocols: ['http/1.1'] }
  const port = await serveTls(t, options, (socket) => socket.once('data', () => socket.end('HTTP/1.1 503 No\r\n\r\n')))
  const probe = configured(ingress, overTls)
  t.match(await ask(probe, targetOn(probe, port)), { reason: 'bad_status', detail: 'status 503' })
})

t.test('ingress lets go of its sockets, whoever ends the conversation', async (t) => {
  const probe = configured(ingress, overTls)
  const quiet = openSockets()
  const answers = ['', 'HTTP/1.1 200 OK\r\n\r\nto be ended', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n']
  for (const answer of answers) {
    await t.test(`after ${JSON.stringify(answer)}`, async (t) => {
      const port = await serveTls(t, good, (socket) => socket.once('data', () => socket.end(answer)))
      t.match(await ask(probe, targetOn(probe, port)), { outcome: 'failed' })
    })
  }
  await until(() => openSockets() <= quiet)
})

t.test('ingress does not start with a CA file that cannot be read', async (t) => {
  t.throws(() => configured(ingress, { ...overTls, caFile: join(folder, 'missing.pem') }), { code: 'ENOENT' })
})

/** A controller in front of a real agent. */
async function listenTls(t: Test, options: TlsOptions): Promise<number> {
  const { port } = await respond(t)
  return serveTls(t, options, (socket) => {
    const upstream = connect({ port, host: '127.0.0.1' }).on('error', () => socket.destroy())
    socket.pipe(upstream).pipe(socket)
  })
}

function serveTls(t: Test, options: TlsOptions, serve: (socket: NodeJS.ReadWriteStream & { destroy(): void }) => void) {
  return new Promise<number>((resolve) => {
    const server = createServer(options, (socket) => {
      socket.on('error', () => socket.destroy())
      serve(socket)
    })
    server.on('tlsClientError', () => {})
    server.listen(0, '127.0.0.1', () => resolve(portOf(server)))
    t.teardown(() => server.close())
  })
}

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length
}
