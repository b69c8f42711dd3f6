import { once } from 'node:events'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'

import t, { type Test } from 'tap'
import { request } from 'undici'
import { createReaders } from '../../src/agent/readers.ts'
import { createRoundStore } from '../../src/agent/round-store.ts'
import { systemClock } from '../../src/agent/system-clock.ts'
import { openAgentLoopback } from '../../src/cli/agent-loopback.ts'
import { roundOf } from '../support/rounds.ts'
import { portOf } from '../support/servers.ts'

const address = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

async function opened(t: Test, port: number) {
  const said: string[] = []
  const rounds = createRoundStore()
  rounds.add(roundOf('node-1', 5))
  const metrics = async () => ({ contentType: 'text/plain', text: 'up 1\n' })
  const server = await openAgentLoopback({
    ...{ port, rounds, metrics, ready: () => true, log: (line: string) => said.push(line) },
    readers: createReaders(systemClock),
  })
  t.teardown(() => server.close())
  return { server, said }
}

t.test('who is on the loopback reads the rounds without a key, and nobody else reaches it', async (t) => {
  const port = await freePort()
  const { server, said } = await opened(t, port)
  for (const host of ['127.0.0.1', '[::1]']) {
    const { statusCode, body } = await request(`http://${host}:${port}/v1/rounds`)
    t.equal(statusCode, 200)
    t.match(JSON.parse(await body.text()), { kind: 'round', node: 'node-1', round: 5 })
  }
  if (address !== undefined) await t.rejects(request(`http://${address}:${port}/v1/rounds`), { code: 'ECONNREFUSED' })
  t.strictSame(said, [])
  await server.close()
  await t.rejects(request(`http://127.0.0.1:${port}/v1/rounds`))
})

t.test('a port that is taken is told and stops nobody, and 0 opens none', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const port = portOf(taken)
  const { said } = await opened(t, port)
  t.strictSame(said, [
    `local.port: ${port} on 127.0.0.1 cannot be had (EADDRINUSE), so --direct cannot read this agent`,
  ])
  t.equal((await request(`http://[::1]:${port}/livez`)).statusCode, 200)
  t.strictSame((await opened(t, 0)).said, [])
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}
