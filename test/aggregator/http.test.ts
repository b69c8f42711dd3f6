import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

import t, { type Test } from 'tap'

import { type Answer, createAnswerReader } from '../../src/aggregator/http/answer-reader.ts'
import { createConnection } from '../../src/aggregator/http/connection.ts'
import { pullReason } from '../../src/aggregator/pull-reason.ts'

const never = new AbortController().signal

/** What a reader makes of a text that arrives in pieces of this size. */
function readIn(text: string, size: number, isEnd = false, atMost = 1000): Answer | undefined {
  const reader = createAnswerReader(atMost)
  const bytes = Buffer.from(text, 'latin1')
  let answer: Answer | undefined
  for (let at = 0; at < bytes.length; at += size) answer = reader.read(bytes.subarray(at, at + size)) ?? answer
  return isEnd ? (reader.end() ?? answer) : answer
}

t.test('an answer is read however it is cut', async (t) => {
  const chunked =
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nx: y\r\n\r\n'
  const measured = 'HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX-Odd:  spaces \r\n\r\nhello world'
  for (const text of [chunked, measured])
    for (let size = 1; size <= text.length; size++)
      t.match(
        readIn(text, size),
        { status: 200, body: Buffer.from('hello world'), keepsAlive: true },
        `pieces of ${size}`,
      )
  t.equal(readIn(measured, 100)?.headers.get('x-odd'), 'spaces')
  t.equal(readIn(measured.slice(0, -1), 7), undefined, 'something is missing')
})

t.test('an answer without a length is over when the connection is, and ends it', async (t) => {
  const text = 'HTTP/1.1 200 OK\r\n\r\nhello'
  t.equal(readIn(text, 3), undefined)
  t.match(readIn(text, 3, true), { body: Buffer.from('hello'), keepsAlive: false })
  const closing = 'HTTP/1.1 401 No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'
  t.match(readIn(closing, 5), { status: 401, keepsAlive: false })
  t.match(readIn('HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n', 5), { keepsAlive: false })
  t.match(readIn('HTTP/1.1 304 Not\r\n\r\n', 5), { status: 304 })
})

t.test('what cannot be an answer is refused', async (t) => {
  const ok = 'HTTP/1.1 200 OK\r\n'
  const cases = {
    'no HTTP': 'SSH-2.0-x\r\n\r\n',
    'another version': 'HTTP/2 200\r\n\r\n',
    'no header': `${ok}garbage\r\n\r\n`,
    'two lengths': `${ok}content-length: 1\r\ncontent-length: 2\r\n\r\nx`,
    'no length': `${ok}content-length: many\r\n\r\n`,
    'more than its length': `${ok}content-length: 1\r\n\r\nxy`,
    'too long': `${ok}content-length: 1001\r\n\r\n`,
    'a long chunk': `${ok}transfer-encoding: chunked\r\n\r\n3e9\r\n`,
    'many chunks': `${ok}transfer-encoding: chunked\r\n\r\n${`64\r\n${'x'.repeat(100)}\r\n`.repeat(11)}`,
    'no chunk': `${ok}transfer-encoding: chunked\r\n\r\nhello\r\n`,
    'more than the last chunk': `${ok}transfer-encoding: chunked\r\n\r\n0\r\n\r\nx`,
    'an odd encoding': `${ok}transfer-encoding: gzip, chunked\r\n\r\n`,
    'endless headers': `${ok}${'a: b\r\n'.repeat(4000)}`,
    'an endless line': `${ok}transfer-encoding: chunked\r\n\r\n${'1'.repeat(2000)}`,
  }
  for (const [name, text] of Object.entries(cases))
    for (const size of [1, 50, text.length])
      t.throws(() => readIn(text, size), { name: 'PullError', reason: 'bad_reply' }, `${name}, in pieces of ${size}`)
  t.throws(() => readIn(`${ok}content-length: 3\r\n\r\nx`, 5, true), { name: 'PullError', reason: 'reset' })
})

/** A server that does with every connection what it likes. */
async function serving(t: Test, serve: (socket: Socket, index: number) => void) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    socket.on('error', () => {})
    sockets.add(socket)
    serve(socket, sockets.size - 1)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const limits = { connectMs: 500, answerMs: 500, bodyAtMost: 1000 }
  const connection = createConnection({ host: '127.0.0.1', port, ...limits })
  t.teardown(() => connection.close())
  return { connection, sockets }
}

const hello = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello'

t.test('questions go over one connection, and over a new one when that has ended', async (t) => {
  const { connection, sockets } = await serving(t, (socket) => {
    let questions = 0
    socket.on('data', (bytes) => {
      t.match(bytes.toString(), /^GET \/x HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\na: b\r\n\r\n$/)
      questions += 1
      // The third question finds it closed at the moment when it is asked.
      if (questions <= 2) socket.write(hello)
      else socket.destroy()
    })
  })
  for (let question = 0; question < 5; question++)
    t.match(await connection.get('/x', { a: 'b' }, never), { status: 200, body: Buffer.from('hello') })
  t.equal(sockets.size, 3)
})

t.test('who does not answer is given up, and so is who is not asked any more', async (t) => {
  const { connection } = await serving(t, () => {})
  await t.rejects(connection.get('/', {}, never), { name: 'PullError', reason: 'timeout' })
  const stop = new AbortController()
  const asked = connection.get('/', {}, stop.signal)
  setTimeout(() => stop.abort(new Error('enough')), 20)
  await t.rejects(asked, /enough/)
  await t.rejects(connection.get('/', {}, stop.signal), /enough/)
  const closed = connection.get('/', {}, never)
  setTimeout(() => connection.close(), 20)
  await t.rejects(closed, { name: 'PullError', reason: 'reset' })
})

t.test('who ends the connection without an answer, or speaks unasked, is told', async (t) => {
  const { connection, sockets } = await serving(t, (socket, index) => {
    socket.on('data', () => {
      if (index === 0) socket.write(hello)
      if (index === 1) socket.end('HTTP/1.1 200')
      if (index === 2) socket.write(hello)
    })
  })
  await connection.get('/', {}, never)
  for (const socket of sockets) socket.write('and another thing')
  await new Promise((resolve) => setTimeout(resolve, 50))
  t.equal(connection.isOpen(), false, 'the next answer could not be told from it')
  const error = await connection.get('/', {}, never).catch((reason: unknown) => reason)
  t.equal(pullReason(error), 'reset')
  t.match(await connection.get('/', {}, never), { status: 200 })
})

t.test('a port where nobody listens refuses', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  server.close()
  const connection = createConnection({ host: '127.0.0.1', port, connectMs: 500, answerMs: 500, bodyAtMost: 10 })
  t.equal(pullReason(await connection.get('/', {}, never).catch((reason: unknown) => reason)), 'refused')
})
