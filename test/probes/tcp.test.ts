import { Socket } from 'node:net'

import t from 'tap'

import { hostTcp } from '../../src/probes/host-tcp.ts'
import { peerTcp } from '../../src/probes/peer-tcp.ts'
import { systemTransport, type Transport } from '../../src/probes/transport.ts'
import { ask, configured, targetOn, toolsFor } from '../support/ask.ts'
import { closedPort, listen, listenInSilence, socketsTowards } from '../support/servers.ts'
import { until } from '../support/until.ts'

const linux = process.platform === 'linux'

t.test('peer_tcp and host_tcp reach whatever accepts, even if it never says a word', async (t) => {
  const port = await listenInSilence(t)
  for (const probe of [configured(peerTcp), configured(hostTcp)]) {
    const result = await ask(probe, targetOn(probe, port))
    t.match(result, { outcome: 'reached', phases: [{ phase: 'connect' }] })
  }
  if (linux) t.equal(socketsTowards(port, 'TIME_WAIT'), 0)
})

t.test('peer_tcp lets go of a connection that the other side ended first', async (t) => {
  const closed: boolean[] = []
  const port = await listen(t, (socket) => {
    socket.end()
    socket.on('close', () => closed.push(true))
  })
  const probe = configured(peerTcp)
  for (let i = 0; i < 10; i++) await ask(probe, targetOn(probe, port))
  await until(() => closed.length === 10)
  t.equal(closed.length, 10)
})

t.test('nothing listens: refused for a peer, alive for a host', async (t) => {
  const port = await closedPort()
  const [peer, host] = [configured(peerTcp), configured(hostTcp)]
  t.match(await ask(peer, targetOn(peer, port)), { outcome: 'failed', reason: 'refused' })
  t.match(await ask(host, targetOn(host, port)), { outcome: 'reached' })
})

t.test('a packet that gets no answer is a timeout for both', async (t) => {
  const transport: Transport = { ...systemTransport({ from: [] }), connect: () => new Socket() }
  for (const kind of [peerTcp, hostTcp]) {
    const probe = configured(kind, {}, toolsFor({ transport }))
    t.match(await ask(probe, targetOn(probe, 1), { timeoutMs: 30 }), { reason: 'timeout' })
  }
})

t.test('a host that is not there is no host that is alive', async (t) => {
  const transport: Transport = {
    ...systemTransport({ from: [] }),
    connect() {
      const socket = new Socket()
      setImmediate(() => socket.destroy(Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' })))
      return socket
    },
  }
  const probe = configured(hostTcp, {}, toolsFor({ transport }))
  t.match(await ask(probe, targetOn(probe, 1)), { outcome: 'failed', reason: 'unreachable' })
})
