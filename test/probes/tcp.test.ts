import { Socket } from 'node:net'

import t from 'tap'

import { hostTcp } from '../../src/probes/host-tcp.ts'
import { peerTcp } from '../../src/probes/peer-tcp.ts'
import { systemTransport, type Transport } from '../../src/probes/transport.ts'
import { ask, configured, targetOn, toolsFor } from '../support/ask.ts'
import { closedPort, listen, listenInSilence, newSocketsTowards } from '../support/servers.ts'
import { until } from '../support/until.ts'

const linux = process.platform === 'linux'

t.test('peer_tcp and host_tcp reach whatever accepts, even if it never says a word', async (t) => {
  const port = await listenInSilence(t)
  const left = linux ? newSocketsTowards(port) : () => []
  for (const probe of [configured(peerTcp), configured(hostTcp)]) {
    const result = await ask(probe, targetOn(probe, port))
    t.match(result, { outcome: 'reached', phases: [{ phase: 'connect' }] })
  }
  t.same(left(), [])
})

t.test('peer_tcp ends with a reset, even if the other side ended first', async (t) => {
  const ends: string[] = []
  const hear = (socket: Socket) => {
    socket.resume().on('end', () => ends.push('end'))
    socket.on('error', (error) => ends.push('code' in error ? String(error.code) : 'error'))
  }
  const patient = await listen(t, hear)
  const hasty = await listen(t, (socket) => hear(socket.end()))
  const probe = configured(peerTcp)
  for (const port of [patient, hasty]) {
    for (let i = 0; i < 5; i++) await ask(probe, targetOn(probe, port))
    await until(() => ends.length === 5)
    t.same(ends.splice(0), Array(5).fill('ECONNRESET'))
  }
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
