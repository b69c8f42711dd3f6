import t, { type Test } from 'tap'

import { type Answers, runAgent, type Serves } from '../../src/agent/agent.ts'
import type { DiscardReason } from '../../src/agent/observer.ts'
import { systemClock } from '../../src/agent/system-clock.ts'
import { addressOf, type Discovery, type Peer } from '../../src/model/peer.ts'
import type { Round } from '../../src/model/round.ts'
import { createKeyring } from '../../src/probes/keyring.ts'
import { peerHttp } from '../../src/probes/peer-http.ts'
import { peerTcp } from '../../src/probes/peer-tcp.ts'
import { peerUdp } from '../../src/probes/peer-udp.ts'
import { openResponder } from '../../src/probes/responder.ts'
import { systemTransport } from '../../src/probes/transport.ts'
import { peerOn, selfOn, surroundingsOf } from '../support/agent.ts'
import { configured } from '../support/ask.ts'

const pace = { roundMs: 1000, slotMs: 50 }
const keyring = createKeyring([Buffer.alloc(32, 3)])
const deadlineMs = 20_000

interface Running {
  readonly rounds: Round[]
  readonly discarded: Set<DiscardReason>
  readonly stop: AbortController
  readonly done: Promise<void>
}

/** Real agents on loopback, told apart by port; each stops by its own signal. */
async function meshOf(t: Test, nodes: readonly string[], overrides: { drainMs?: number } = {}) {
  const ports = new Map<string, number>()
  const opened = new Map<string, Awaited<ReturnType<typeof openResponder>>>()
  const answers = new Map<string, Answers>()
  for (const node of nodes) {
    const responder = await openResponder({
      addresses: ['127.0.0.1'],
      port: 0,
      transport: systemTransport({ from: [] }),
      keyring,
      identity: () => answers.get(node)?.identity() ?? { ...selfOn(node), draining: false },
      onDatagram: (datagram) => answers.get(node)?.onDatagram(datagram),
    })
    let closing: Promise<void> | undefined
    const close = () => {
      closing ??= responder.close()
      return closing
    }
    ports.set(node, responder.port)
    opened.set(node, { port: responder.port, close })
  }
  const peers: Peer[] = nodes.map((node) =>
    peerOn(node, { port: ports.get(node) ?? 0, podIps: [addressOf('127.0.0.1')] }),
  )
  const agents = new Map(nodes.map((node) => [node, start(node)]))
  t.teardown(async () => {
    for (const { stop } of agents.values()) stop.abort()
    await Promise.all([...agents.values()].map(({ done }) => done))
  })

  function start(node: string): Running {
    const self = selfOn(node)
    const tools = { transport: systemTransport({ from: [] }), keyring, self, wallMs: Date.now }
    const stop = new AbortController()
    const rounds: Round[] = []
    const discarded = new Set<DiscardReason>()
    const discovery: Discovery = {
      async *watch(signal) {
        yield surroundingsOf(peers)
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      },
    }
    const done = runAgent(
      {
        ...{ self, pace, warmupMs: 5000, drainMs: overrides.drainMs ?? 0, discovery, clock: systemClock },
        probes: [peerHttp, peerTcp, peerUdp].map((kind) => configured(kind, { timeout: 300 }, tools)),
        throttledPeriods: () => undefined,
        observer: {
          record() {},
          discarded: (reason) => void discarded.add(reason),
          late() {},
          peers() {},
          roundEnded() {},
        },
        openResponder: async (given) => {
          answers.set(node, given)
          const responder = opened.get(node)
          if (responder === undefined) throw new Error(`no responder on ${node}`)
          return responder
        },
        openServer: async (serves) => {
          const reading = new AbortController()
          void collect(serves, rounds, reading.signal)
          return { port: 0, close: async () => reading.abort() }
        },
      },
      stop.signal,
    )
    return { rounds, discarded, stop, done }
  }

  const agent = (node: string): Running => {
    const running = agents.get(node)
    if (running === undefined) throw new Error(`no agent on ${node}`)
    return running
  }
  return { agent, kill: (node: string) => opened.get(node)?.close() }
}

async function collect({ rounds }: Serves, into: Round[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await rounds.next(signal)
    into.push(...rounds.after({ bootId: 'boot-1', seq: into.at(-1)?.seq ?? -1 }))
  }
}

/** Resolves with the first round from now on for which `is` holds. */
async function roundWhere({ rounds }: Running, is: (round: Round) => boolean): Promise<Round> {
  const from = rounds.length
  for (const untilMs = performance.now() + deadlineMs; performance.now() < untilMs; ) {
    const found = rounds.slice(from).find(is)
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`no such round in ${deadlineMs} ms; the last: ${JSON.stringify(rounds.at(-1))}`)
}

const whole = ({ received, fails }: Round) => fails.length === 0 && received.length === 2

t.test('agents probe each other, count datagrams both ways, and see nothing wrong', async (t) => {
  const { agent } = await meshOf(t, ['node-1', 'node-2', 'node-3'])
  // A machine that is busy makes an agent say so, and then believe itself for a round or two more.
  const isQuiet = ({ received, starvedScore }: Round) => starvedScore === 0 && received.every(({ got }) => got === 3)
  const round = await roundWhere(agent('node-1'), (each) => whole(each) && isQuiet(each))
  t.match(round, { node: 'node-1', podUid: 'uid-node-1', draining: false })
  t.match(round.received, [
    { from: 'node-2', expected: 3, got: 3, sameView: true },
    { from: 'node-3', expected: 3, got: 3, sameView: true },
  ])
  const pairs = round.stable.map(({ peer, check, variant = '' }) => `${peer} ${check} ${variant}`.trim())
  for (const peer of ['node-2', 'node-3']) {
    for (const check of ['peer_http', 'peer_tcp', 'peer_udp', 'peer_udp fixed']) {
      t.ok(pairs.includes(`${peer} ${check}`), `${peer} ${check}`)
    }
  }
})

t.test('a peer that dies is seen by all the others, and by nobody else accused', async (t) => {
  const { agent, kill } = await meshOf(t, ['node-1', 'node-2', 'node-3'])
  await roundWhere(agent('node-1'), whole)
  await kill('node-3')
  for (const node of ['node-1', 'node-2']) {
    const { fails } = await roundWhere(agent(node), (each) => each.fails.length >= 3)
    t.same(new Set(fails.map(({ target }) => target)), new Set(['node-3']), node)
    t.match(
      fails.find(({ check }) => check === 'peer_tcp'),
      { reason: 'refused', phase: 'connect' },
    )
  }
})

t.test('a peer that says that it is leaving is no failure when it is gone', async (t) => {
  const { agent } = await meshOf(t, ['node-1', 'node-2', 'node-3'], { drainMs: 1500 })
  await roundWhere(agent('node-1'), whole)
  agent('node-3').stop.abort()
  await agent('node-3').done
  const before = agent('node-1').rounds.length
  await roundWhere(agent('node-1'), () => agent('node-1').rounds.length >= before + 2)
  t.same(
    agent('node-1').rounds.flatMap(({ fails }) => fails),
    [],
  )
  t.ok(agent('node-1').discarded.has('peer_draining'))
  t.match(agent('node-3').rounds.at(-1), { draining: true }, 'it says so in a last round')
  const lost = agent('node-1').rounds.flatMap(({ received }) => received.filter(({ got, expected }) => got < expected))
  t.same(lost, [], 'nor are its datagrams lost')
})
