import { createSocket } from 'node:dgram'
import { once } from 'node:events'

import t from 'tap'

import { peerHttp } from '../../src/probes/peer-http.ts'
import { peerUdp } from '../../src/probes/peer-udp.ts'
import { systemTransport } from '../../src/probes/transport.ts'
import { ask, configured, targetOn, toolsFor } from '../support/ask.ts'
import { respond } from '../support/responders.ts'
import { listen } from '../support/servers.ts'

const own = '127.0.0.9'
const tools = toolsFor({ transport: systemTransport({ from: ['::1', own] }) })
const elsewhere = process.platform === 'linux' ? false : '127.0.0.1 is the only address of loopback there'

t.test('connections and datagrams leave from our own address', { skip: elsewhere }, async (t) => {
  const from: (string | undefined)[] = []
  const port = await listen(t, (socket) => {
    from.push(socket.remoteAddress)
    socket.end()
  })
  const http = configured(peerHttp, {}, tools)
  await ask(http, targetOn(http, port))
  const socket = createSocket('udp4', (_bytes, { address }) => from.push(address)).bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.teardown(() => socket.close())
  const udp = configured(peerUdp, {}, tools)
  const target = targetOn(udp, socket.address().port)
  await ask(udp, target, { timeoutMs: 50 })
  await ask(udp, { ...target, variant: 'fixed' }, { timeoutMs: 50 })
  t.same(from, [own, own, own])
})

t.test('an agent with an address of its own answers and is answered', { skip: elsewhere }, async (t) => {
  const { port, datagrams } = await respond(t, { addresses: [own, '::1'], transport: tools.transport })
  for (const address of [own, '::1']) {
    for (const variant of [{}, { variant: 'fixed' } as const]) {
      const udp = configured(peerUdp, {}, tools)
      t.match(await ask(udp, targetOn(udp, port, { address, ...variant })), { outcome: 'reached' })
    }
  }
  t.equal(datagrams.length, 4)
})

t.test('an own address that this node does not have is its own trouble', async (t) => {
  const lost = toolsFor({ transport: systemTransport({ from: ['192.0.2.77'] }) })
  for (const kind of [peerHttp, peerUdp]) {
    const probe = configured(kind, {}, lost)
    t.match(await ask(probe, targetOn(probe, 9)), { reason: 'no_local_resources', detail: /EADDRNOTAVAIL/ })
  }
})
