import { createServer } from 'node:http'

import t from 'tap'
import { request } from 'undici'

import { listenOnAll } from '../../src/serving/listen-on-all.ts'

const bounds = { headerBytes: 4096, connections: 8, idleMs: 5000 }

t.test('one port on all addresses', async (t) => {
  const listeners = await listenOnAll(['127.0.0.1', '127.0.0.2', '::1'], 0, bounds, (_, response) =>
    response.end('here'),
  )
  t.teardown(listeners.close)
  for (const host of ['127.0.0.1', '127.0.0.2', '[::1]']) {
    const { body } = await request(`http://${host}:${listeners.port}/`)
    t.equal(await body.text(), 'here', host)
  }
})

t.test('an address that is taken leaves none of the others listened on', async (t) => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.2', resolve))
  t.teardown(() => other.close())
  const address = other.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const answer = () => {}
  await t.rejects(listenOnAll(['127.0.0.1', '127.0.0.2'], port, bounds, answer), { code: 'EADDRINUSE' })
  const again = await listenOnAll(['127.0.0.1'], port, bounds, answer)
  await again.close()
})

t.test('headers that are too long are refused', async (t) => {
  const listeners = await listenOnAll(['127.0.0.1'], 0, bounds, (_, response) => response.end())
  t.teardown(listeners.close)
  const { statusCode } = await request(`http://127.0.0.1:${listeners.port}/`, { headers: { x: 'y'.repeat(5000) } })
  t.equal(statusCode, 431)
})
