import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import t, { type Test } from 'tap'

import { createRoundStore } from '../../src/agent/round-store.ts'
import { openAgentServer } from '../../src/agent/server.ts'
import { systemClock } from '../../src/agent/system-clock.ts'
import { createGatherer } from '../../src/aggregator/gather.ts'
import { isPullToken, roundsPath } from '../../src/model/pull.ts'
import type { Round } from '../../src/model/round.ts'
import { createKeyring } from '../../src/probes/keyring.ts'
import { roundOf } from '../support/rounds.ts'

const keyring = createKeyring([Buffer.alloc(32, 1)])

async function agentOn(t: Test, node: string) {
  const rounds = createRoundStore()
  const server = await openAgentServer({
    addresses: ['127.0.0.1'],
    port: 0,
    rounds,
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
    mayRead: (token) => isPullToken(keyring, token, roundsPath, `uid-${node}`, Date.now()),
    ready: () => true,
  })
  t.teardown(() => server.close())
  return { rounds, address: { node, podUid: `uid-${node}`, host: '127.0.0.1', port: server.port } }
}

function gathering(t: Test) {
  const waiting = new Set<() => void>()
  const seen: Round[] = []
  const onRound = (round: Round) => {
    seen.push(round)
    for (const wake of waiting) wake()
  }
  const gatherer = createGatherer({ signer: keyring, clock: systemClock, onRound })
  t.teardown(() => gatherer.close())
  /** Resolves when `count` rounds have arrived. */
  const arrived = async (count: number) => {
    while (seen.length < count) await new Promise<void>((resolve) => waiting.add(resolve))
  }
  return { gatherer, seen, arrived }
}

t.test('gatherer reads every agent as its rounds end, each round once', async (t) => {
  const [a, b] = [await agentOn(t, 'node-1'), await agentOn(t, 'node-2')]
  const { gatherer, seen, arrived } = gathering(t)
  a.rounds.add(roundOf('node-1', 1))
  gatherer.follow([a.address, b.address])
  await arrived(1)
  a.rounds.add(roundOf('node-1', 2))
  b.rounds.add(roundOf('node-2', 2))
  await arrived(3)
  gatherer.follow([a.address, b.address])
  a.rounds.add(roundOf('node-1', 3))
  await arrived(4)
  t.same(seen.map(({ node, round }) => `${node}/${round}`).sort(), ['node-1/1', 'node-1/2', 'node-1/3', 'node-2/2'])
})

t.test('a window leaves out what nobody refreshed', async (t) => {
  const [a, b] = [await agentOn(t, 'node-1'), await agentOn(t, 'node-2')]
  const { gatherer, arrived } = gathering(t)
  for (const round of [1, 2, 9]) a.rounds.add(roundOf('node-1', round))
  b.rounds.add(roundOf('node-2', 2))
  gatherer.follow([a.address, b.address])
  await arrived(4)
  t.same(
    gatherer.rounds(3).map(({ node, round }) => `${node}/${round}`),
    ['node-1/9'],
  )
})

t.test('an agent that left is forgotten', async (t) => {
  const a = await agentOn(t, 'node-1')
  const { gatherer, arrived } = gathering(t)
  a.rounds.add(roundOf('node-1', 1))
  gatherer.follow([a.address])
  await arrived(1)
  gatherer.follow([])
  t.same(gatherer.rounds(24), [])
})

t.test('rounds of another node, and what is no round, are not taken; a silent agent delays no other', async (t) => {
  const answers = ['{"kind":"round"}\n', `${JSON.stringify(roundOf('node-9', 1))}\n`, 'garbage\n']
  let asked = 0
  const odd = createServer((_request, response) => response.end(answers[asked++ % answers.length]))
  odd.listen(0, '127.0.0.1')
  await once(odd, 'listening')
  const silent = createServer(() => {})
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.teardown(() => {
    silent.closeAllConnections()
    silent.close()
    odd.closeAllConnections()
    odd.close()
  })
  const good = await agentOn(t, 'node-1')
  const { gatherer, seen, arrived } = gathering(t)
  const at = (node: string, server: typeof odd) => {
    const { port } = server.address() as AddressInfo
    return { node, podUid: '', host: '127.0.0.1', port }
  }
  gatherer.follow([at('node-2', odd), at('node-3', silent), good.address])
  good.rounds.add(roundOf('node-1', 1))
  await arrived(1)
  while (asked < 3) await once(odd, 'request')
  t.same(
    seen.map(({ node }) => node),
    ['node-1'],
  )
})
