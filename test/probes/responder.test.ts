import { createSocket, Socket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

import t from 'tap'

import type { IpFamily } from '../../src/model/check.ts'
import { createKeyring } from '../../src/probes/keyring.ts'
import { peerHttp } from '../../src/probes/peer-http.ts'
import { peerUdp } from '../../src/probes/peer-udp.ts'
import { openResponder } from '../../src/probes/responder.ts'
import type { Datagrams, Transport } from '../../src/probes/transport.ts'
import { ask, configured, targetOn, toolsFor } from '../support/ask.ts'
import { heapInUse } from '../support/heap.ts'
import { recordHttp, sendRaw } from '../support/raw.ts'
import { node2, respond } from '../support/responders.ts'
import { portOf } from '../support/servers.ts'
import { until } from '../support/until.ts'

const anonymous = 'GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: health checker\r\n\r\n'

t.test('the responder answers both protocols on one port, on every address it was given', async (t) => {
  const { port } = await respond(t, { addresses: ['127.0.0.1', '::1'] })
  for (const kind of [peerHttp, peerUdp]) {
    const probe = configured(kind)
    for (const address of ['127.0.0.1', '::1']) {
      t.match(await ask(probe, targetOn(probe, port, { address })), { outcome: 'reached' }, `${probe.check} ${address}`)
    }
  }
})

t.test('the responder without addresses answers both families and tells them apart', async (t) => {
  const { port, datagrams } = await respond(t, { addresses: [] })
  const probe = configured(peerUdp)
  for (const address of ['127.0.0.1', '::1']) await ask(probe, targetOn(probe, port, { address }))
  t.match(datagrams, [{ family: 4 }, { family: 6 }])
})

t.test('the responder takes a port that is free for both protocols', async (t) => {
  const { port } = await respond(t)
  await t.rejects(respond(t, { port }), { code: 'EADDRINUSE' })
  const tcp = createServer().listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  const udpTaken = createSocket('udp4').bind({ address: '127.0.0.1', port: portOf(tcp) })
  await once(udpTaken, 'listening')
  tcp.close()
  await once(tcp, 'close')
  await t.rejects(respond(t, { port: udpTaken.address().port }), { code: 'EADDRINUSE' })
  const stillFree = createServer().listen(udpTaken.address().port, '127.0.0.1')
  await once(stillFree, 'listening')
  stillFree.close()
  udpTaken.close()
})

t.test('the responder tries another port when its first choice is free for one protocol only', async (t) => {
  let binds = 0
  const transport = failingToBind(() => (binds++ < 2 ? 'EADDRINUSE' : undefined))
  const { port } = await respond(t, { transport })
  t.equal(binds, 3)
  const probe = configured(peerUdp)
  t.match(await ask(probe, targetOn(probe, port)), { outcome: 'reached' })
})

t.test('the responder makes do with IPv4 where there is no IPv6', async (t) => {
  const transport = failingToBind((family) => (family === 6 ? 'EAFNOSUPPORT' : undefined))
  const { port } = await respond(t, { addresses: [], transport })
  for (const probe of [configured(peerUdp), configured(peerHttp)]) {
    t.match(await ask(probe, targetOn(probe, port)), { outcome: 'reached' })
  }
  const broken = failingToBind(() => 'EACCES')
  await t.rejects(respond(t, { addresses: [], transport: broken }), { code: 'EACCES' })
})

t.test('the responder gives a health check an empty success, no longer than the request', async (t) => {
  const { port } = await respond(t)
  const answer = await sendRaw(port, anonymous)
  t.match(answer, /^HTTP\/1\.1 204 /)
  t.ok(answer.length <= anonymous.length)
})

t.test('the responder says nothing to a request shorter than its emptiest answer', async (t) => {
  const { port } = await respond(t)
  t.equal(await sendRaw(port, 'GET / HTTP/1.0\r\n\r\n'), '')
})

t.test('the responder answers each question once', async (t) => {
  const { port } = await respond(t)
  const { request, answer } = await recordHttp(t, port)
  t.match(answer, /^HTTP\/1\.1 200 /)
  const repeated = await sendRaw(port, request)
  t.match(repeated, /^HTTP\/1\.1 204 /)
  t.ok(repeated.length <= request.length)
})

t.test('the responder answers nobody whose MAC is wrong at greater length than it was asked', async (t) => {
  const { port } = await respond(t, { keyring: createKeyring([Buffer.from('another')]) })
  const { request, answer } = await recordHttp(t, port)
  t.match(answer, /^HTTP\/1\.1 204 /)
  t.ok(answer.length <= request.length)
  t.notMatch(answer, /node-2/)
})

t.test('the responder lets go of whoever asks too much, or too slowly to matter', async (t) => {
  const { port } = await respond(t)
  t.equal(await sendRaw(port, `GET / HTTP/1.1\r\nX: ${'x'.repeat(5000)}`), '')
  const half = connect({ port, host: '127.0.0.1' })
  half.end('GET / HT')
  await once(half.resume(), 'close')
})

t.test('the responder ends a connection that does nothing', async (t) => {
  const { port } = await respond(t)
  const idle = connect({ port, host: '127.0.0.1' }).resume()
  const startMs = performance.now()
  await once(idle, 'close')
  t.ok(performance.now() - startMs < 7000)
})

t.test('the responder survives 10,000 requests and datagrams of garbage and keeps nothing of them', async (t) => {
  const { port, datagrams } = await respond(t)
  const head = 'meshprobe=1.probe&nonce=abcdefghijklmnopqrstuv&x=%E0%A4%A&mac=AAAA'
  const junk = Buffer.from(`${head}\r\n\r\n\0\xff`, 'latin1')
  const socket = createSocket('udp4')
  const throwAt = async (from: number, upTo: number) => {
    for (let sent = from; sent < upTo; sent += 50) {
      const pieces = Array.from({ length: 50 }, (_, i) => junk.subarray((sent + i) % junk.length))
      for (const piece of pieces) socket.send(piece, port, '127.0.0.1')
      await Promise.all(pieces.map((piece) => sendRaw(port, piece)))
    }
  }
  await throwAt(0, 2000)
  const before = heapInUse()
  await throwAt(2000, 12_000)
  const grown = heapInUse() - before
  socket.close()
  t.ok(grown < 2e6, `grew by ${grown} bytes`)
  t.same(datagrams, [])
  const probe = configured(peerHttp)
  t.match(await ask(probe, targetOn(probe, port)), { outcome: 'reached' })
})

t.test('the responder survives a datagram that says it comes from port 0', async (t) => {
  const { transport } = toolsFor()
  const opened: Datagrams[] = []
  const openUdp: Transport['openUdp'] = (family) => {
    const socket = transport.openUdp(family)
    opened.push(socket)
    return socket
  }
  await respond(t, { transport: { ...transport, openUdp } })
  const forged = Buffer.from(`meshprobe=1.probe&nonce=${'x'.repeat(22)}&mac=`)
  const [socket] = opened
  const emit = (port: number) =>
    socket instanceof Socket && socket.emit('message', forged, { address: '127.0.0.1', port })
  t.throws(() => socket?.send(forged, 0, '127.0.0.1', () => {}), { code: 'ERR_SOCKET_BAD_PORT' })
  t.equal(emit(0), true)
})

t.test('the responder serves no more than 512 connections at once', async (t) => {
  const { port } = await respond(t)
  const idle = Array.from({ length: 512 }, () => connect({ port, host: '127.0.0.1' }).on('error', () => {}))
  await Promise.all(idle.map((socket) => once(socket, 'connect')))
  const oneMore = connect({ port, host: '127.0.0.1' }).on('error', () => {})
  await once(oneMore.resume(), 'close')
  t.ok(idle.every((socket) => !socket.destroyed))
  for (const socket of idle) socket.destroy()
})

t.test('the responder that closes ends the answers in progress, and then all is quiet', async (t) => {
  const { port, close } = await respond(t)
  const asking = connect({ port, host: '127.0.0.1' }).setEncoding('latin1')
  await once(asking, 'connect')
  let answer = ''
  asking.on('data', (part) => {
    answer += part
  })
  asking.write(anonymous.slice(0, 20))
  const probe = configured(peerHttp)
  await ask(probe, targetOn(probe, port))
  const closing = close()
  t.match(await ask(probe, targetOn(probe, port)), { reason: 'refused' })
  asking.write(anonymous.slice(20))
  await closing
  await until(() => asking.destroyed || answer !== '')
  t.match(answer, /^HTTP\/1\.1 204 /)
  asking.destroy()
  const again = await openResponder({ ...optionsOn(port) })
  await again.close()
})

function optionsOn(port: number) {
  const { transport, keyring } = toolsFor()
  return { addresses: ['127.0.0.1'], port, transport, keyring, identity: () => node2, onDatagram: () => {} }
}

/** Real sockets, some of which cannot be bound. */
function failingToBind(codeFor: (family: IpFamily) => string | undefined): Transport {
  const { transport } = toolsFor()
  return {
    ...transport,
    openUdp(family) {
      const socket = transport.openUdp(family)
      const code = codeFor(family)
      if (code === undefined) return socket
      const failing = createSocket('udp4')
      return Object.assign(failing, { bind: () => failing.emit('error', Object.assign(new Error(code), { code })) })
    },
  }
}
