import { connect, Socket } from 'node:net'

import t from 'tap'

import { createKeyring } from '../../src/probes/keyring.ts'
import { nodeport } from '../../src/probes/nodeport.ts'
import { peerHttp } from '../../src/probes/peer-http.ts'
import { systemTransport } from '../../src/probes/transport.ts'
import { peerOn } from '../support/agent.ts'
import { ask, configured, meshKey, targetOn, toolsFor } from '../support/ask.ts'
import { node2, respond } from '../support/responders.ts'
import {
  closedPort,
  listen,
  listenAndSay,
  listenInSilence,
  listenWithFullQueue,
  newSocketsTowards,
} from '../support/servers.ts'

const probe = configured(peerHttp)
const peer = peerOn('node-2')
const notLinux = process.platform !== 'linux'

t.test('peer_http learns who answers', async (t) => {
  const { port } = await respond(t)
  const result = await ask(probe, targetOn(probe, port, { peer }))
  t.match(result, { outcome: 'reached', answer: { identity: node2 } })
  t.match(result.phases, [{ phase: 'connect' }, { phase: 'exchange' }])
})

t.test('peer_http works over IPv6', async (t) => {
  const { port } = await respond(t, { addresses: ['::1'] })
  t.match(await ask(probe, targetOn(probe, port, { peer, address: '::1' })), { outcome: 'reached' })
})

t.test('peer_http hears that the peer is about to leave', async (t) => {
  const { port } = await respond(t, { identity: () => ({ ...node2, draining: true }) })
  t.match(await ask(probe, targetOn(probe, port)), { answer: { identity: { draining: true } } })
})

t.test('peer_http says refused when nothing listens', async (t) => {
  const result = await ask(probe, targetOn(probe, await closedPort()))
  t.match(result, { outcome: 'failed', reason: 'refused', phases: [{ phase: 'connect' }] })
})

t.test('peer_http says timeout in the exchange when the peer accepts and stays silent', async (t) => {
  const result = await ask(probe, targetOn(probe, await listenInSilence(t)), { timeoutMs: 100 })
  t.match(result, { outcome: 'failed', reason: 'timeout', phases: [{ phase: 'connect' }, { phase: 'exchange' }] })
})

t.test(
  'peer_http says timeout in connect when nobody accepts, and leaves nothing behind',
  { skip: notLinux },
  async (t) => {
    const port = await listenWithFullQueue(t)
    const left = newSocketsTowards(port)
    const result = await ask(probe, targetOn(probe, port), { timeoutMs: 200 })
    t.match(result, { outcome: 'failed', reason: 'timeout', phases: [{ phase: 'connect' }] })
    t.equal(result.phases.length, 1)
    t.same(left(), [])
  },
)

t.test('peer_http says timeout when the transport withholds the connection', async (t) => {
  const transport = { ...systemTransport({ from: [] }), connect: () => new Socket() }
  const cut = configured(peerHttp, {}, toolsFor({ transport }))
  t.match(await ask(cut, targetOn(cut, 1), { timeoutMs: 50 }), { reason: 'timeout', phases: [{ phase: 'connect' }] })
})

t.test('peer_http says timeout when the answer trickles', async (t) => {
  const port = await listen(t, (socket) => trickle(socket, 'HTTP/1.1 200 OK\r\n'.repeat(50), 5))
  t.match(await ask(probe, targetOn(probe, port), { timeoutMs: 150 }), { reason: 'timeout' })
})

t.test('peer_http reads an answer that comes byte by byte but in time', async (t) => {
  const { port } = await respond(t)
  const slow = await listen(t, (socket) => forward(socket, port, (answer) => trickle(socket, answer, 0)))
  t.match(await ask(probe, targetOn(probe, slow, { peer }), { timeoutMs: 5000 }), { outcome: 'reached' })
})

t.test('peer_http reads what a proxy makes of the answer', async (t) => {
  const { port } = await respond(t)
  const rewrites = [
    (head: string, body: string) => `${head.replace('Content-Length', 'content-length')}\r\n\r\n${body}`,
    (head: string, body: string) =>
      `${head.replace('HTTP/1.1', 'HTTP/1.0').replace(/Content-L.*\r\n/, '')}\r\n\r\n${body}`,
    (head: string, body: string) => {
      const [one, two] = [body.slice(0, 9), body.slice(9)]
      const chunks = [one, two, ''].map((part) => `${part.length.toString(16)};x=y\r\n${part}\r\n`)
      return `${head.replace(/Content-L.*\r\n/, 'transfer-encoding: Chunked\r\n')}\r\n\r\n${chunks.join('')}`
    },
  ]
  for (const rewrite of rewrites) {
    const proxy = await listen(t, (socket) =>
      forward(socket, port, (answer) => {
        const [head = '', body = ''] = answer.split('\r\n\r\n')
        socket.end(rewrite(head, body))
      }),
    )
    t.match(await ask(probe, targetOn(probe, proxy, { peer })), { outcome: 'reached' }, rewrite.toString())
  }
})

t.test('peer_http names what is wrong with an answer', async (t) => {
  const cases = [
    { answer: 'SSH-2.0-OpenSSH_9.6\r\n', reason: 'bad_reply', detail: /not HTTP: "SSH-2.0/ },
    { answer: Buffer.from([0, 255, 22, 3, 1]), reason: 'bad_reply', detail: /not HTTP/ },
    { answer: 'HTTP/1.1 2x0 OK\r\n\r\n', reason: 'bad_reply', detail: /status line/ },
    { answer: `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(5000)}\r\n\r\n`, reason: 'bad_reply', detail: /more than 4096/ },
    { answer: 'HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n', reason: 'bad_reply', detail: /more than 4096/ },
    { answer: 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', reason: 'bad_reply', detail: /content-length/ },
    { answer: chunked('xyz\r\n'), reason: 'bad_reply', detail: /chunk/ },
    { answer: chunked(`fff\r\n${'x'.repeat(5000)}\r\n`), reason: 'bad_reply', detail: /more than 4096/ },
    { answer: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', reason: 'bad_reply', detail: /no agent .* "ok"/ },
    { answer: 'HTTP/1.1 200 OK\r\n\r\n', reason: 'bad_reply', detail: /nothing/ },
    { answer: 'HTTP/1.1 204 No Content\r\n\r\n', reason: 'bad_reply', detail: /does not accept our mesh key/ },
    { answer: 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', reason: 'reset', detail: /after 41 bytes/ },
    { answer: 'HTTP/1.1 2', reason: 'reset', detail: /after 10 bytes/ },
    { answer: '', reason: 'reset', detail: /after 0 bytes/ },
    { answer: 'HTTP/1.1 401 Unauthorized\r\n\r\n', reason: 'bad_status', detail: 'status 401' },
    { answer: 'HTTP/1.1 403 Forbidden\r\n\r\n', reason: 'bad_status', detail: 'status 403' },
    { answer: 'HTTP/1.1 429\r\nRetry-After: 1\r\n\r\n', reason: 'bad_status', detail: 'status 429' },
    { answer: `HTTP/1.1 500 Oops\r\n\r\n${'x'.repeat(3000)}`, reason: 'bad_status', detail: 'status 500' },
    {
      answer: 'HTTP/1.1 301 No\r\nlocation: https://a/b\r\n\r\n',
      reason: 'bad_status',
      detail: 'status 301 to https://a/b',
    },
  ]
  for (const { answer, reason, detail } of cases) {
    const result = await ask(probe, targetOn(probe, await listenAndSay(t, answer)))
    t.match(result, { outcome: 'failed', reason, detail }, JSON.stringify(answer.toString('latin1').slice(0, 50)))
  }
})

t.test('peer_http cuts where a redirect leads', async (t) => {
  const port = await listenAndSay(t, `HTTP/1.1 302 Found\r\nLocation: https://${'x'.repeat(500)}\r\n\r\n`)
  const result = await ask(probe, targetOn(probe, port))
  t.equal(result.outcome === 'failed' && result.detail.length, 100)
})

t.test('peer_http says reset when the connection is cut in the middle of the answer', async (t) => {
  const port = await listen(t, (socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n', () => socket.resetAndDestroy()))
  })
  t.match(await ask(probe, targetOn(probe, port)), { reason: 'reset', phases: [{}, { phase: 'exchange' }] })
})

t.test('peer_http says wrong_peer when somebody else answers', async (t) => {
  const cases = [
    { identity: { ...node2, node: 'node-3' }, detail: 'node-3 answers instead of node-2' },
    { identity: { ...node2, podUid: 'new' }, detail: 'pod new of node-2 answers instead of pod uid-node-2' },
    { identity: { ...node2, cluster: 'b' }, detail: 'node-2 of cluster "b" answers' },
  ]
  for (const { identity, detail } of cases) {
    const { port } = await respond(t, { identity: () => identity })
    t.match(await ask(probe, targetOn(probe, port, { peer })), { outcome: 'failed', reason: 'wrong_peer', detail })
  }
})

t.test('nodeport takes the answer of any agent of the cluster, whichever host it asked', async (t) => {
  const { port } = await respond(t)
  const any = configured(nodeport)
  t.match(await ask(any, targetOn(any, port, { peer: peerOn('node-7') })), { answer: { identity: node2 } })
  const { port: foreign } = await respond(t, { identity: () => ({ ...node2, cluster: 'b' }) })
  t.match(await ask(any, targetOn(any, foreign)), { reason: 'wrong_peer' })
})

t.test('peer_http asks any pod of a node whose pod nobody told us', async (t) => {
  const { port } = await respond(t)
  t.match(await ask(probe, targetOn(probe, port, { peer: peerOn('node-2', { podUid: '' }) })), { outcome: 'reached' })
})

t.test('peer_http says bad_reply when the peer has another mesh key', async (t) => {
  const { port } = await respond(t, { keyring: createKeyring([Buffer.from('another')]) })
  t.match(await ask(probe, targetOn(probe, port, { peer })), {
    reason: 'bad_reply',
    detail: /does not accept our mesh/,
  })
})

t.test('peer_http takes no answer that is forged, or to another question', async (t) => {
  const { port } = await respond(t)
  let earlier = ''
  const replay = await listen(t, (socket) =>
    forward(socket, port, (answer) => {
      socket.end(earlier || answer)
      earlier ||= answer
    }),
  )
  t.match(await ask(probe, targetOn(probe, replay, { peer })), { outcome: 'reached' })
  t.match(await ask(probe, targetOn(probe, replay, { peer })), { reason: 'bad_reply', detail: /another question/ })

  const forger = await listen(t, (socket) =>
    forward(socket, port, (answer) => socket.end(answer.replace('node-2', 'node-9'))),
  )
  t.match(await ask(probe, targetOn(probe, forger)), { reason: 'bad_reply', detail: /signed with another mesh key/ })
})

t.test('peer_http understands both keys while they are being rotated', async (t) => {
  const [old, fresh] = [meshKey, Buffer.from('the next mesh key')]
  const rings = [createKeyring([old, fresh]), createKeyring([fresh, old])]
  for (const answering of rings) {
    const { port } = await respond(t, { keyring: answering })
    for (const keyring of rings) {
      const asking = configured(peerHttp, {}, toolsFor({ keyring }))
      t.match(await ask(asking, targetOn(asking, port, { peer })), { outcome: 'reached' })
    }
  }
})

t.test('peer_http lets go of its socket at once, without leaving it in TIME_WAIT', { skip: notLinux }, async (t) => {
  const { port: answering } = await respond(t)
  // Waits for us to end: who ends first is the one who waits.
  const port = await listen(t, (socket) => forward(socket, answering, (answer) => socket.resume().write(answer)))
  const left = newSocketsTowards(port)
  for (let i = 0; i < 20; i++) t.match(await ask(probe, targetOn(probe, port)), { outcome: 'reached' })
  t.same(left(), [])
})

t.test('peer_http does not begin when it has been stopped already', async (t) => {
  const connected: Socket[] = []
  const port = await listen(t, (socket) => connected.push(socket))
  const signal = AbortSignal.abort(new Error('stopped'))
  const context = { signal, round: 1, index: 0, viewHash: '', enter: () => {} }
  await t.rejects(probe.run(targetOn(probe, port), context), { message: 'stopped' })
})

function trickle(socket: Socket, text: string, everyMs: number): void {
  let sent = 0
  const timer = setInterval(() => {
    if (sent < text.length) socket.write(text[sent++] ?? '')
    else socket.end()
  }, everyMs)
  socket.resume().on('close', () => clearInterval(timer))
}

/** Passes what is asked on to a real agent, and what it answers to `tamper`. */
function forward(socket: Socket, port: number, tamper: (answer: string) => void): void {
  let answer = ''
  const upstream = connect({ port, host: '127.0.0.1' }).setEncoding('latin1')
  upstream.on('data', (part) => {
    answer += part
  })
  upstream.on('end', () => tamper(answer))
  socket.on('data', (bytes) => upstream.write(bytes))
}

function chunked(body: string): string {
  return `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`
}
