import { createSocket } from 'node:dgram'
import { once } from 'node:events'

import { type Answer, decode, encode } from 'dns-packet'
import t, { type Test } from 'tap'

import { resolveName } from '../../src/discovery/resolve-name.ts'

const forever = new AbortController().signal

t.test('resolveName() gives both families, sorted, and few', async (t) => {
  const server = await dnsServer(t, (type) =>
    type === 'AAAA' ? ['fd00::1'] : ['192.0.2.5', '192.0.2.1', '192.0.2.4', '192.0.2.3', '192.0.2.2'],
  )
  const found = await resolveName('lb.example.com', forever, [server.address])
  t.same(found, ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4', 'fd00::1'])
})

t.test('resolveName() gives what there is of one family, or nothing', async (t) => {
  const four = await dnsServer(t, (type) => (type === 'A' ? ['192.0.2.5'] : []))
  t.same(await resolveName('lb.example.com', forever, [four.address]), ['192.0.2.5'])
  const none = await dnsServer(t, () => [])
  t.same(await resolveName('lb.example.com', forever, [none.address]), [])
})

t.test('resolveName() ends when it is aborted', async (t) => {
  const server = await dnsServer(t, () => undefined)
  const controller = new AbortController()
  const found = resolveName('lb.example.com', controller.signal, [server.address])
  await server.asked
  controller.abort(new Error('stopped'))
  await t.rejects(found, { message: 'stopped' })
})

/** Answers with the addresses that `addresses` gives for a type, and is silent when it gives none at all. */
async function dnsServer(t: Test, addresses: (type: string) => readonly string[] | undefined) {
  const socket = createSocket('udp4')
  t.teardown(() => socket.close())
  const asked = once(socket, 'message')
  socket.on('message', (bytes, { address, port }) => {
    const { id, questions = [] } = decode(bytes)
    const [question] = questions
    const found = question && addresses(question.type)
    if (question === undefined || found === undefined) return
    const answers = found.map((data) => ({ name: question.name, type: question.type, data, ttl: 1 }) as Answer)
    socket.send(encode({ type: 'response', ...(id !== undefined && { id }), questions, answers }), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { address: `127.0.0.1:${socket.address().port}`, asked }
}
