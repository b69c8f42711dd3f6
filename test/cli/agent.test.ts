import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { createPuller } from '../../src/aggregator/pull.ts'
import { unpackRound } from '../../src/aggregator/told-round.ts'
import { createKeyring } from '../../src/probes/keyring.ts'
import { runHere } from '../support/cli.ts'
import { until } from '../support/until.ts'

const key = Buffer.alloc(32, 9)

/** A mesh of this one agent, as a settings file. */
function settingsIn(t: Test, overrides: Readonly<Record<string, unknown>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'meshprobe-agent-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const settings = {
    ...{ node: 'node-1', podUid: 'uid-1', podIps: ['127.0.0.1'], round: '5s', warmup: '0ms', drain: '700ms' },
    listen: { addresses: ['127.0.0.1'], port: 0 },
    metrics: { addresses: ['127.0.0.1'], port: 0 },
    keys: { files: [file('key', key)] },
    discovery: { kind: 'static' },
    ...overrides,
  }
  return file('settings.json', JSON.stringify(settings))
}

t.test('an agent serves metrics, health and rounds, and leaves in order', async (t) => {
  const program = join(import.meta.dirname, '../../src/main.ts')
  const agent = spawn(process.execPath, [program, 'agent', '--config', settingsIn(t)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  t.teardown(() => agent.kill('SIGKILL'))
  let said = ''
  agent.stderr.on('data', (chunk: Buffer) => {
    said += chunk
  })
  await until(() => /rounds on port \d+/.test(said), 20_000)
  const port = Number(/rounds on port (\d+)/.exec(said)?.[1])
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`)
  t.equal((await get('/livez')).status, 200)
  t.equal((await get('/readyz')).status, 200)
  const page = await (await get('/metrics')).text()
  t.match(page, /meshprobe_build_info\{version="/)
  if (spawnSync('promtool', ['--version']).error === undefined) {
    t.equal(spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' }).stderr, '')
  }
  t.equal((await get('/v1/rounds')).status, 401)
  const address = { node: 'node-1', podUid: 'uid-1', host: '127.0.0.1', port }
  const puller = createPuller(address, { signer: createKeyring([key]), wallMs: Date.now })
  t.teardown(() => puller.close())
  const { rounds } = await puller.pull(new AbortController().signal)
  t.match(rounds.map(({ packed }) => unpackRound(packed))[0], { kind: 'round', node: 'node-1', podUid: 'uid-1' })

  const exited = once(agent, 'exit')
  agent.kill('SIGTERM')
  let status = 200
  while (status === 200) status = (await get('/readyz')).status
  t.equal(status, 503)
  t.equal((await get('/livez')).status, 200, 'leaving, it still answers')
  t.same(await exited, [0, null])
})

t.test('what an operator has to change is said in a sentence', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const address = taken.address()
  const port = typeof address === 'object' ? address?.port : 0
  const busy = settingsIn(t, { metrics: { addresses: ['127.0.0.1'], port } })
  const cases = [
    { args: ['agent'], says: 'discovery.kind: expected kubernetes in a pod, or static with a list of peers' },
    {
      args: ['agent', '--discovery.kubernetes.serverHost=127.0.0.1'],
      says: 'discovery.kubernetes.namespace: expected a namespace, got none and no file of it beside',
    },
    {
      args: ['agent', '--config', busy],
      says: 'metrics: expected a free port, got one that something else listens on',
    },
    { args: ['agent', '--config', busy, '--listen.addresses=192.0.2.1'], says: 'listen: expected an address of this' },
    {
      args: ['agent', '--config', busy, '--keys.files=/nowhere'],
      says: 'keys.files.0: expected a file that can be read',
    },
  ]
  for (const { args, says } of cases) {
    const { code, stderr } = await runHere(args)
    t.equal(code, 2, says)
    t.match(stderr, says)
  }
})
