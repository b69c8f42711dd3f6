import { createSocket } from 'node:dgram'
import { once } from 'node:events'

import t from 'tap'

import { readRoutes4, readRoutes6, routeTo } from '../../src/probes/local-mtu.ts'
import { datagramBytes, peerMtu } from '../../src/probes/peer-mtu.ts'
import { systemTransport, type Transport } from '../../src/probes/transport.ts'
import { peerOn } from '../support/agent.ts'
import { ask, configured, targetOn, toolsFor } from '../support/ask.ts'
import { respond } from '../support/responders.ts'

const peer = peerOn('node-2')

t.test('peer_mtu sends and gets back a datagram of full size, over both families', async (t) => {
  const { port, datagrams } = await respond(t, { addresses: ['127.0.0.1', '::1'] })
  for (const address of ['127.0.0.1', '::1']) {
    for (const bytes of [0, 1280, 9216]) {
      const probe = configured(peerMtu, { bytes })
      t.match(await ask(probe, targetOn(probe, port, { peer, address })), { outcome: 'reached' })
    }
  }
  t.same(datagrams, [], 'only peer_udp is counted')
})

t.test('peer_mtu fills the packet exactly', async (t) => {
  const sizes: number[] = []
  const socket = createSocket('udp4', (bytes) => sizes.push(bytes.length)).bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.teardown(() => socket.close())
  for (const bytes of [0, 1500]) {
    const probe = configured(peerMtu, { bytes })
    await ask(probe, targetOn(probe, socket.address().port), { timeoutMs: 50 })
  }
  // Loopback's MTU is above the cap.
  t.same(sizes, [9216 - 28, 1500 - 28])
})

t.test('peer_mtu takes no echo that is shorter than what was sent', async (t) => {
  const { port } = await respond(t)
  const between = createSocket('udp4', (bytes, from) => {
    const upstream = createSocket('udp4', (reply) => {
      between.send(reply.subarray(0, reply.indexOf('\n')), from.port, from.address)
      upstream.close()
    })
    upstream.send(bytes, port, '127.0.0.1')
  }).bind(0, '127.0.0.1')
  await once(between, 'listening')
  t.teardown(() => between.close())
  const probe = configured(peerMtu, { bytes: 1500 })
  const result = await ask(probe, targetOn(probe, between.address().port, { peer }))
  t.match(result, { reason: 'bad_reply', detail: /an echo of \d+ bytes to a datagram of 1472/ })
})

t.test('peer_mtu says too_big when the kernel refuses to send', async (t) => {
  const probe = configured(peerMtu, {}, toolsFor({ transport: swelling }))
  t.match(await ask(probe, targetOn(probe, 9)), { outcome: 'failed', reason: 'too_big' })
})

t.test('a datagram fills the packet less its headers', async (t) => {
  t.equal(datagramBytes(1500, 4), 1472)
  t.equal(datagramBytes(1500, 6), 1452)
  t.equal(datagramBytes(65_536, 4), 9216 - 28)
})

t.test('the route to an address is the most specific usable one', async (t) => {
  const routes = [...readRoutes4(table4), ...readRoutes6(table6)]
  const cases = [
    { address: '8.8.8.8', device: 'eth0', mtu: 0 },
    { address: '10.8.1.2', device: 'tunnel', mtu: 1340 },
    { address: '10.8.200.1', device: 'eth1', mtu: 0 },
    { address: 'fd00::99', device: 'eth0', mtu: 0 },
    { address: '2001:db8::1', device: 'eth1', mtu: 0 },
  ]
  for (const { address, device, mtu } of cases) t.match(routeTo(address, routes), { device, mtu }, address)
  t.equal(routeTo('8.8.8.8', []), undefined)
})

t.test('a routing table that cannot be read has no routes', async (t) => {
  t.same(readRoutes4(''), [])
  t.same(readRoutes6('garbage\n\n0 0'), [])
})

const table4 = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
tunnel	0000080A	00000000	0001	0	0	0	0000FFFF	1340	0	0
eth1	00C8080A	00000000	0001	0	0	0	00FFFFFF	0	0	0
*	0001080A	00000000	0201	0	0	0	00FFFFFF	0	0	0
`

const none = '0'.repeat(32)
const rest = `00 ${none} 00000400 00000000 00000000`
const table6 = `fd000000000000000000000000000000 40 ${none} ${rest} 00000001 eth0
${none} 00 ${none} ${rest} 00000003 eth1
${none} 00 ${none} 00 ${none} ffffffff 00000001 00000000 00200200 lo
`

/** Real sockets, but every datagram is longer than IP can carry. */
const swelling: Transport = {
  ...systemTransport({ from: [] }),
  openUdp(family) {
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
    const send = socket.send.bind(socket)
    return Object.assign(socket, {
      send: (_bytes: Uint8Array, port: number, address: string, done: (error: Error | null) => void) =>
        send(Buffer.alloc(70_000), port, address, done),
    })
  },
}
