import type { RequestListener } from 'node:http'
import { connect } from 'node:net'

import t, { type Test } from 'tap'

import { createHandler } from '../../../src/aggregator/api/handler.ts'
import { apiBounds } from '../../../src/aggregator/api/server.ts'
import type { Archive } from '../../../src/aggregator/sources.ts'
import { listenOnAll } from '../../../src/serving/listen-on-all.ts'
import { until } from '../../support/until.ts'
import { ask, liveOf } from './serving.ts'

const large = 'x'.repeat(32 * 2 ** 20)

/** Asks and then takes at most `rate` bytes every 10 ms; `state.closed` when the other end has had enough. */
function slowReader(t: Test, port: number, rate: number) {
  const state = { closed: false, taken: 0 }
  const socket = connect(port, '127.0.0.1', () => socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'))
  const take = setInterval(() => {
    state.taken += socket.read(Math.min(rate, socket.readableLength))?.length ?? 0
  }, 10)
  socket
    .on('error', () => undefined)
    .on('close', () => {
      state.closed = true
    })
  t.teardown(() => {
    clearInterval(take)
    socket.destroy()
  })
  return state
}

async function listening(t: Test, answer: RequestListener, idleMs?: number) {
  const gone = { count: 0 }
  const listeners = await listenOnAll(
    ['127.0.0.1'],
    0,
    { ...apiBounds, ...(idleMs !== undefined && { idleMs }) },
    (request, response) => {
      response.once('close', () => {
        gone.count += Number(!response.writableFinished)
      })
      answer(request, response)
    },
  )
  t.teardown(listeners.close)
  return { gone, port: listeners.port }
}

t.test('who takes nothing is let go', async (t) => {
  const { gone, port } = await listening(t, (_, response) => void response.end(large), 300)
  slowReader(t, port, 0)
  await until(() => gone.count === 1, 20_000)
  t.equal((await ask(port, '/')).bytes.length, large.length, 'who takes all has it')
})

t.test('who takes little by little is let go when it takes too long', async (t) => {
  const parts = {
    ...{ live: liveOf([]), archive: {} as Archive, ready: () => undefined, isLocal: false },
    ...{ metrics: async () => ({ contentType: 'text/plain', text: large }), download: async () => undefined },
    events: { open: () => undefined, close: () => undefined },
  }
  const handle = createHandler(parts, 500)
  const { gone, port } = await listening(t, (request, response) => void handle(request, response))
  const reader = slowReader(t, port, 4096)
  await until(() => gone.count === 1, 20_000)
  t.ok(reader.taken > 4096, 'it did take some')
  t.equal((await ask(port, '/livez')).text, 'ok\n', 'the others are answered')
})

t.test('no more connections are held than there may be', async (t) => {
  const { port } = await listening(t, (_, response) => void response.end('ok'))
  const sockets = Array.from({ length: 300 }, () => connect(port, '127.0.0.1').on('error', () => undefined))
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
  })
  let closed = 0
  for (const socket of sockets) socket.resume().on('close', () => closed++)
  await until(() => closed === 300 - 256, 20_000)
  for (const socket of sockets) socket.destroy()
  await until(() => closed === 300)
  t.equal((await ask(port, '/')).text, 'ok')
})
