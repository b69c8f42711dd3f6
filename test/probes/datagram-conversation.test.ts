import { createSocket } from 'node:dgram'
import { once } from 'node:events'

import t, { type Test } from 'tap'

import { createKeyring } from '../../src/probes/keyring.ts'
import { peerUdp } from '../../src/probes/peer-udp.ts'
import { type Datagrams, systemTransport, type Transport } from '../../src/probes/transport.ts'
import { peerOn } from '../support/agent.ts'
import { ask, configured, meshKey, targetOn, toolsFor } from '../support/ask.ts'
import { node2, respond } from '../support/responders.ts'
import { until } from '../support/until.ts'

const probe = configured(peerUdp)
const peer = peerOn('node-2')
/** Elsewhere 127.0.0.1 is the only address of loopback. */
const notLinux = process.platform !== 'linux'

t.test('peer_udp learns who answers, and the receiver counts it', async (t) => {
  const { port, datagrams } = await respond(t)
  const asked = { round: 42, index: 1, viewHash: 'v1' }
  const result = await ask(probe, targetOn(probe, port, { peer, perRound: 2 }), asked)
  t.match(result, { outcome: 'reached', answer: { identity: node2 }, phases: [{ phase: 'exchange' }] })
  t.match(datagrams, [{ from: 'node-1', family: 4, ...asked }])
  t.ok(Math.abs(Date.now() - (datagrams[0]?.sentMs ?? 0)) < 5000)
})

t.test('peer_udp numbers the datagrams of a round over its two targets', async (t) => {
  const { port, datagrams } = await respond(t)
  const fresh = targetOn(probe, port, { peer, perRound: 2 })
  const fixed = targetOn(probe, port, { peer, perRound: 1, variant: 'fixed' })
  const passing = targetOn(probe, port, { peer, perRound: 3, stable: false })
  for (const index of [0, 1, 2, 3]) await ask(probe, fresh, { index })
  for (const index of [0, 1, 2]) await ask(probe, fixed, { index })
  for (const index of [0, 1, 2, 3]) await ask(probe, passing, { index })
  t.same(
    datagrams.map(({ index }) => index),
    [0, 1, 3, 4, 2, 3, 4, 0, 1, 2, 3],
  )
})

t.test('peer_udp leaves from a fresh port each time, but from the same one when that is asked for', async (t) => {
  const ports: number[] = []
  const port = await echo(t, (bytes, from, socket) => {
    ports.push(from.port)
    socket.send(bytes, from.port, from.address)
  })
  const fixed = targetOn(probe, port, { variant: 'fixed' })
  for (let i = 0; i < 6; i++) await ask(probe, targetOn(probe, port))
  t.ok(new Set(ports).size >= 5, 'fresh')
  ports.length = 0
  for (let i = 0; i < 6; i++) await ask(probe, fixed)
  await Promise.all([1, 2, 3].map(() => ask(probe, fixed)))
  t.equal(ports.length, 9)
  t.equal(new Set(ports).size, 1, 'fixed')
})

t.test('peer_udp takes another fixed port when somebody else has taken its own meanwhile', async (t) => {
  const { port } = await respond(t)
  const used: number[] = []
  const probe = configured(peerUdp, {}, toolsFor({ transport: watched((own) => used.push(own)) }))
  const fixed = targetOn(probe, port, { peer, variant: 'fixed' })
  await ask(probe, fixed)
  const thief = createSocket('udp4').bind(used[0] ?? 0)
  await once(thief, 'listening')
  t.match(await ask(probe, fixed), { outcome: 'reached' })
  t.not(used[1], used[0])
  await ask(probe, fixed)
  t.equal(used[2], used[1])
  thief.close()
})

t.test('peer_udp works over IPv6', async (t) => {
  const { port, datagrams } = await respond(t, { addresses: ['::1'] })
  t.match(await ask(probe, targetOn(probe, port, { peer, address: '::1' })), { outcome: 'reached' })
  t.match(await ask(probe, targetOn(probe, port, { address: '::1', variant: 'fixed' })), { outcome: 'reached' })
  t.match(datagrams, [{ family: 6 }, { family: 6 }])
})

t.test('peer_udp says timeout when nothing comes back', async (t) => {
  const port = await echo(t, () => {})
  for (const variant of [{}, { variant: 'fixed' } as const]) {
    const result = await ask(probe, targetOn(probe, port, variant), { timeoutMs: 50 })
    t.match(result, { outcome: 'failed', reason: 'timeout', phases: [{ phase: 'exchange' }] })
  }
})

t.test('peer_udp says bad_reply when the peer has another mesh key, and the peer counts nothing', async (t) => {
  const { port, datagrams } = await respond(t, { keyring: createKeyring([Buffer.from('another')]) })
  const result = await ask(probe, targetOn(probe, port, { peer }))
  t.match(result, { reason: 'bad_reply', detail: 'the peer does not accept our mesh key' })
  t.same(datagrams, [])
})

t.test('peer_udp says wrong_peer when another pod answers', async (t) => {
  const { port } = await respond(t, { identity: () => ({ ...node2, podUid: 'new' }) })
  t.match(await ask(probe, targetOn(probe, port, { peer })), { reason: 'wrong_peer' })
})

t.test('peer_udp names garbage, and does not listen to what is not for it', async (t) => {
  const { port } = await respond(t)
  const other = await recorded(t, port)
  const answers = [
    { answer: () => Buffer.from('hello'), expected: { reason: 'bad_reply', detail: /"hello"/ } },
    { answer: () => Buffer.alloc(0), expected: { reason: 'bad_reply', detail: /nothing/ } },
    { answer: () => Buffer.alloc(9000, 'x'), expected: { reason: 'bad_reply', detail: /"xxxx/ } },
    { answer: (question: Buffer) => question, expected: { reason: 'bad_reply', detail: /no agent answers/ } },
    { answer: () => other.answer, expected: { reason: 'timeout' } },
    { answer: () => Buffer.from('meshprobe=1.rejected&nonce=x'), expected: { reason: 'timeout' } },
  ]
  for (const { answer, expected } of answers) {
    const odd = await echo(t, (bytes, from, socket) => socket.send(answer(bytes), from.port, from.address))
    t.match(await ask(probe, targetOn(probe, odd), { timeoutMs: 100 }), { outcome: 'failed', ...expected })
  }
})

t.test('peer_udp ignores a stranger on its port', { skip: notLinux }, async (t) => {
  const { port } = await respond(t)
  const stranger = createSocket('udp4').bind(0, '127.0.0.2')
  await once(stranger, 'listening')
  const between = await echo(t, (_bytes, from) => stranger.send('garbage', from.port, from.address))
  t.match(await ask(probe, targetOn(probe, between), { timeoutMs: 100 }), { reason: 'timeout' })
  t.match(await ask(probe, targetOn(probe, port)), { outcome: 'reached' })
  stranger.close()
})

t.test('the responder drops a repeated datagram in silence', async (t) => {
  const { port, datagrams } = await respond(t)
  const { question } = await recorded(t, port)
  const { answers, send } = await sender(t, port)
  send(question)
  // Its answer shows that the repeat before it has been dealt with.
  send(Buffer.from(question.toString().replace(/&sent=\d+/, '&sent=1')))
  await until(() => answers.length > 0)
  t.match(answers, [/^meshprobe=1\.rejected&nonce=[\w-]{22}$/])
  t.equal(datagrams.length, 1)
})

t.test('the responder answers a datagram without our MAC with less than was sent, or not at all', async (t) => {
  const { port, datagrams } = await respond(t)
  const { question } = await recorded(t, port)
  const { answers, send } = await sender(t, port)
  const nonce = /nonce=([\w-]{22})/.exec(question.toString())?.[1] ?? ''
  const shortest = `meshprobe=1.probe&nonce=${nonce}&mac=`
  for (const text of ['', 'x', 'meshprobe=1.probe', `meshprobe=1.probe&nonce=${nonce}`, `x${question}`]) send(text)
  send(Buffer.from(`meshprobe=1.probe&nonce=${'\xe9'.repeat(22)}&mac=`, 'latin1'))
  send(shortest)
  await until(() => answers.length > 0)
  t.same(answers, [`meshprobe=1.rejected&nonce=${nonce}`])
  t.ok((answers[0]?.length ?? 99) <= shortest.length)
  t.equal(datagrams.length, 1)
})

t.test('peer_udp understands both keys while they are being rotated', async (t) => {
  const [old, fresh] = [meshKey, Buffer.from('the next mesh key')]
  const { port } = await respond(t, { keyring: createKeyring([fresh, old]) })
  const asking = configured(peerUdp, {}, toolsFor({ keyring: createKeyring([old, fresh]) }))
  t.match(await ask(asking, targetOn(asking, port, { peer })), { outcome: 'reached' })
})

type OnDatagram = (
  bytes: Buffer,
  from: { port: number; address: string },
  socket: ReturnType<typeof createSocket>,
) => void

async function echo(t: Test, hear: OnDatagram): Promise<number> {
  const socket = createSocket('udp4', (bytes, from) => hear(bytes, from, socket)).bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.teardown(() => socket.close())
  return socket.address().port
}

/** One conversation with a responder, as seen by somebody in between. */
async function recorded(t: Test, port: number): Promise<{ question: Buffer; answer: Buffer }> {
  let question: Buffer = Buffer.alloc(0)
  let answer: Buffer = Buffer.alloc(0)
  const between = await echo(t, (bytes, from, socket) => {
    question = bytes
    const upstream = createSocket('udp4', (reply) => {
      answer = reply
      socket.send(reply, from.port, from.address)
      upstream.close()
    })
    upstream.send(bytes, port, '127.0.0.1')
  })
  await ask(probe, targetOn(probe, between))
  return { question, answer }
}

async function sender(t: Test, port: number) {
  const answers: string[] = []
  const socket = createSocket('udp4', (bytes) => answers.push(bytes.toString())).bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.teardown(() => socket.close())
  return { answers, send: (bytes: string | Uint8Array) => socket.send(bytes, port, '127.0.0.1') }
}

/** Real sockets; tells which port a datagram left from. */
function watched(onSend: (ownPort: number) => void): Transport {
  const transport = systemTransport({ from: [] })
  const openUdp: Transport['openUdp'] = (family) => {
    const socket: Datagrams = transport.openUdp(family)
    const send = socket.send.bind(socket)
    return Object.assign(socket, {
      send(...args: Parameters<Datagrams['send']>) {
        onSend(socket.address().port)
        send(...args)
      },
    })
  }
  return { ...transport, openUdp }
}
