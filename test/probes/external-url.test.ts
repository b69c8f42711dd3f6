import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { ask } from '../support/ask.ts'
import { makeCertificate } from '../support/certificates.ts'
import { externalTarget } from '../support/external-target.ts'
import { nameServer, onLoopback } from '../support/name-server.ts'
import { closedPort, listen, listenAndSay, listenInSilence, portOf } from '../support/servers.ts'
import { listenTls, listenTlsAndSay } from '../support/tls-servers.ts'
import { until } from '../support/until.ts'

const ca = makeCertificate({ name: 'a CA', isCa: true })
const caFile = join(t.testdir({ 'ca.crt': ca.cert }), 'ca.crt')
const name = 'www.example'

t.test('external gets a page', async (t) => {
  const seen: string[] = []
  const port = await serve(t, ({ method, url, headers }, response) => {
    seen.push(`${method} ${url} ${headers.host} ${headers.connection} ${headers['user-agent']}`)
    response.end('hello')
  })
  const dns = await nameServer(t, onLoopback)
  const { probe, target } = externalTarget(`http://${name}:${port}/a/b?c=d`, dns.port)
  const result = await ask(probe, target)
  t.match(result, { outcome: 'reached' })
  t.same(
    result.phases.map(({ phase }) => phase),
    ['resolve', 'connect', 'exchange'],
  )
  t.same(seen, [`GET /a/b?c=d ${name}:${port} close meshprobe`])
})

t.test('external takes 2xx and 3xx for success, and follows nothing', async (t) => {
  const cases = [
    { status: 200, settings: {}, match: { outcome: 'reached' } },
    { status: 204, settings: {}, match: { outcome: 'reached' } },
    { status: 301, settings: {}, match: { outcome: 'reached' } },
    { status: 401, settings: {}, match: { reason: 'bad_status', detail: 'status 401' } },
    { status: 404, settings: {}, match: { reason: 'bad_status', detail: 'status 404' } },
    { status: 500, settings: {}, match: { reason: 'bad_status', detail: 'status 500' } },
    { status: 401, settings: { okStatus: ['401'] }, match: { outcome: 'reached' } },
    { status: 200, settings: { okStatus: ['401'] }, match: { reason: 'bad_status', detail: 'status 200' } },
    { status: 503, settings: { okStatus: ['200', '5xx'] }, match: { outcome: 'reached' } },
  ]
  for (const { status, settings, match } of cases) {
    let requests = 0
    const port = await serve(t, (_request, response) => {
      requests += 1
      response.writeHead(status, { location: '/elsewhere' }).end()
    })
    const { probe, target } = externalTarget(`http://127.0.0.1:${port}/`, 53, settings)
    t.match(await ask(probe, target), match, `${status} ${JSON.stringify(settings)}`)
    t.equal(requests, 1)
  }
})

t.test('external reads no more of a page than it needs', async (t) => {
  const large = await serve(t, (_request, response) => response.end(Buffer.alloc(5_000_000)))
  const endless = await serve(t, (_request, response) => {
    const more = () => {
      while (response.write(Buffer.alloc(16_384)));
    }
    response.on('drain', more)
    more()
  })
  for (const port of [large, endless]) {
    const { probe, target } = externalTarget(`http://127.0.0.1:${port}/`)
    t.match(await ask(probe, target), { outcome: 'reached' })
  }
})

t.test('external reads heads of the size that real servers send, and interim answers', async (t) => {
  const long = await serve(t, (_request, response) => {
    response.writeHead(200, { 'content-security-policy': 'x'.repeat(8000) }).end('ok')
  })
  const early = await serve(t, (_request, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' })
    response.end('ok')
  })
  for (const port of [long, early]) {
    const { probe, target } = externalTarget(`http://127.0.0.1:${port}/`)
    t.match(await ask(probe, target), { outcome: 'reached' })
  }
})

t.test('external names what goes wrong with a page', async (t) => {
  const head = 'HTTP/1.1 200 OK\r\n'
  const cases = [
    { port: await closedPort(), match: { reason: 'refused', phases: [{ phase: 'connect' }] } },
    { port: await listenInSilence(t), match: { reason: 'timeout', phases: [{}, { phase: 'exchange' }] } },
    { port: await listenAndSay(t, 'SSH-2.0-OpenSSH_9.6\r\n'), match: { reason: 'bad_reply' } },
    { port: await listenAndSay(t, `${head}X: ${'x'.repeat(40_000)}\r\n\r\n`), match: { reason: 'bad_reply' } },
    { port: await listenAndSay(t, ''), match: { reason: 'reset' } },
    { port: await listenAndSay(t, `${head}Content-Length: 9\r\n\r\nhalf`), match: { reason: 'reset' } },
    { port: await listenAndSay(t, `${head}Transfer-Encoding: chunked\r\n\r\nzzz\r\n`), match: { reason: 'bad_reply' } },
    {
      port: await listen(t, (socket) => socket.once('data', () => socket.resetAndDestroy())),
      match: { reason: 'reset' },
    },
    {
      port: await listen(t, (socket) => socket.once('data', () => socket.write(`${head}Content-Length: 9\r\n\r\n`))),
      match: { reason: 'timeout', phases: [{}, { phase: 'exchange' }] },
    },
  ]
  for (const [index, { port, match }] of cases.entries()) {
    const { probe, target } = externalTarget(`http://127.0.0.1:${port}/`)
    t.match(await ask(probe, target, { timeoutMs: 200 }), { outcome: 'failed', ...match }, `case ${index}`)
  }
})

t.test('external speaks TLS with who is called so', async (t) => {
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
  const dns = await nameServer(t, onLoopback)
  const wanted: unknown[] = []
  const port = await listenTls(t, makeCertificate({ name, ca, altNames: ['IP:127.0.0.1'] }), (socket) => {
    wanted.push(socket.servername)
    socket.once('data', () => socket.end(ok))
  })
  for (const host of [name, '127.0.0.1']) {
    const { probe, target } = externalTarget(`https://${host}:${port}/`, dns.port, { caFile })
    const result = await ask(probe, target)
    t.match(result, { outcome: 'reached' })
    t.same(result.phases.map(({ phase }) => phase).slice(-3), ['connect', 'tls', 'exchange'])
  }
  t.same(wanted, [name, false])
  const cases = [
    { certificate: makeCertificate({ name, ca, days: -1 }), detail: /expired/ },
    { certificate: makeCertificate({ name }), detail: /self-signed/ },
    { certificate: makeCertificate({ name: 'other.example', ca }), detail: /altnames/ },
  ]
  for (const { certificate, detail } of cases) {
    const port = await listenTlsAndSay(t, certificate, ok)
    const { probe, target } = externalTarget(`https://${name}:${port}/`, dns.port, { caFile })
    t.match(await ask(probe, target), { reason: 'tls_failed', detail, phases: [{}, {}, { phase: 'tls' }] })
  }
  const strict = externalTarget(`https://${name}:${port}/`, dns.port)
  t.match(await ask(strict.probe, strict.target), { reason: 'tls_failed', detail: /verify|self-signed/ })
})

t.test('external asks a new connection every time and leaves none', async (t) => {
  const before = openSockets()
  let connections = 0
  const port = await serve(t, (_request, response) => response.end('ok'))
  const silent = await listen(t, (socket) => {
    connections += 1
    socket.resume()
  })
  const listening = openSockets()
  const page = externalTarget(`http://127.0.0.1:${port}/`)
  const stuck = externalTarget(`http://127.0.0.1:${silent}/`)
  for (let i = 0; i < 5; i++) {
    await ask(page.probe, page.target)
    await ask(stuck.probe, stuck.target, { timeoutMs: 30 })
  }
  t.equal(connections, 5)
  await until(() => openSockets() <= listening)
  t.ok(listening >= before)
})

async function serve(t: Test, answer: RequestListener): Promise<number> {
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return portOf(server)
}

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length
}
