import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import t, { type Test } from 'tap'

import type { FindingsAnswer, HistoryAnswer, MatrixAnswer } from '../../src/model/api.ts'
import { runHere } from '../support/cli.ts'

const program = join(import.meta.dirname, '../../src/main.ts')
const nodes = ['node-1', 'node-2', 'node-3', 'node-4']
const addressOf = (node: string) => `127.0.77.${node.slice(-1)}`

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

/** Settings of four agents on loopback addresses, and of the aggregator that reads them. */
async function meshIn(t: Test) {
  const folder = t.testdir({ key: 'a key of the mesh, at least', history: {} })
  const [port, roundsPort, apiPort, localPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ]
  const peers = nodes.map((node) => {
    const ips = [addressOf(node)]
    return { node, zone: 'a', podUid: `uid-${node}`, ips, port, roundsPort, hostIps: ips, hostPort: port }
  })
  const common = {
    ...{ round: '5s', warmup: '0ms', drain: '0ms', keys: { files: [join(folder, 'key')] } },
    discovery: { kind: 'static', static: { peers } },
  }
  const file = (name: string, settings: object) => {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...common, ...settings }))
    return join(folder, `${name}.json`)
  }
  const agentFile = (node: string) => {
    const addresses = [addressOf(node)]
    const self = { node, zone: 'a', podUid: `uid-${node}`, podIps: addresses, local: { port: 0 } }
    return file(node, { ...self, listen: { addresses, port }, metrics: { addresses, port: roundsPort } })
  }
  const aggregator = {
    listen: { addresses: ['127.0.0.1'], port: apiPort },
    local: { port: localPort },
    history: { directory: join(folder, 'history') },
  }
  mkdirSync(join(folder, 'history'), { recursive: true })
  return { agentFile, aggregatorFile: file('aggregator', { aggregator }), apiPort, localPort, file }
}

function started(t: Test, command: string, settings: string): ChildProcess {
  const child = spawn(process.execPath, [program, command, '--config', settings], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  child.stderr?.on('data', (chunk: Buffer) => t.comment(chunk.toString().trim()))
  t.teardown(() => child.kill('SIGKILL'))
  return child
}

async function eventually<T>(what: string, ms: number, ask: () => Promise<T | undefined>): Promise<T> {
  const endMs = performance.now() + ms
  for (;;) {
    const found = await ask().catch(() => undefined)
    if (found !== undefined) return found
    if (performance.now() > endMs) throw new Error(`not within ${ms} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

t.test('an aggregator hears real agents, names the one that dies, and leaves in order', async (t) => {
  const { agentFile, aggregatorFile, apiPort, localPort } = await meshIn(t)
  const agents = nodes.map((node) => started(t, 'agent', agentFile(node)))
  const aggregator = started(t, 'aggregator', aggregatorFile)
  const get = (path: string, port = apiPort) => fetch(`http://127.0.0.1:${port}${path}`)
  const json = async <T>(path: string) => (await (await get(path)).json()) as T
  const whole = await eventually('all four are heard', 40_000, async () => {
    const answer = await json<FindingsAnswer>('/api/v1/findings')
    return answer.standing.heard === nodes.length ? answer : undefined
  })
  t.match(whole, { standing: { cluster: 'default', nodes: 4, agents: 4, roundSeconds: 5, troubles: [] }, findings: [] })
  t.equal((await get('/readyz')).status, 200)
  t.equal((await get('/api/v1/findings', localPort)).status, 200, 'who may forward ports asks here')
  t.match(await (await get('/metrics')).text(), /meshprobe_agents_heard 4\n/)

  agents[3]?.kill('SIGKILL')
  const told = await eventually('the dead agent is named', 60_000, async () => {
    const { findings } = await json<FindingsAnswer>('/api/v1/findings')
    return findings.length > 0 ? findings : undefined
  })
  t.match(told, [{ entity: { kind: 'node', name: 'node-4' }, state: 'open' }])
  t.match(await (await get('/metrics')).text(), /meshprobe_finding\{fault="\w+",entity_kind="node",entity="node-4"/)
  const history = await json<HistoryAnswer>('/api/v1/history')
  t.match(history.findings, [{ finding: { id: told[0]?.id } }])
  const { matrices } = await json<MatrixAnswer>('/api/v1/matrix?level=node&check=peer_http')
  t.match(matrices, [{ check: 'peer_http', rows: nodes }])
  const recording = Buffer.from(await (await get('/api/v1/rounds')).arrayBuffer())
  const text = recording[0] === 0x1f ? gunzipSync(recording).toString() : recording.toString()
  t.match(text, /^\{"kind":"view"/)

  const exited = once(aggregator, 'exit')
  aggregator.kill('SIGTERM')
  t.same(await exited, [0, null])
})

t.test('what an operator has to change is said in a sentence', async (t) => {
  const { aggregatorFile, file } = await meshIn(t)
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const address = taken.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const cases = [
    { args: ['--keys.files='], says: 'keys.files: expected the file of the mesh key that the agents have, got none' },
    {
      args: ['--aggregator.history.directory=/nowhere'],
      says: 'aggregator.history.directory: expected a directory, got /nowhere',
    },
    {
      args: [`--aggregator.listen.port=${port}`],
      says: 'aggregator.listen: expected a free port, got one that something else listens on',
    },
    {
      args: ['--aggregator.listen.port=7000', '--aggregator.local.port=7000'],
      says: 'aggregator.local.port: expected another port than aggregator.listen.port, got 7000 for both',
    },
    { args: ['--aggregator.auth.enabled=true'], says: 'aggregator.auth.enabled: expected false' },
  ]
  for (const { args, says } of cases) {
    const { code, stderr } = await runHere(['aggregator', '--config', aggregatorFile, ...args])
    t.equal(code, 2, says)
    t.match(stderr, says)
  }
  const outside = await runHere(['aggregator', '--config', file('outside', { discovery: { kind: 'kubernetes' } })])
  t.match(outside, { code: 2, stderr: /discovery\.kind: expected kubernetes in a pod/ })
})
