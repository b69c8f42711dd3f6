import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'

import t from 'tap'

import type { Finding } from '../../../src/model/finding.ts'
import { simulated } from '../../aggregator/archive/simulated.ts'
import { runHere, runProgram } from '../../support/cli.ts'
import { listen } from '../../support/servers.ts'
import { broken, startAggregator } from './aggregator.ts'

t.test('what is broken now is named, with who says so', async (t) => {
  const { url } = await startAggregator(t)
  const { code, stdout, stderr } = await runHere(['diagnose', '--url', `${url}/`])
  t.equal(stderr, '')
  t.match(stdout, /^cluster prod: 12 of 12 agents heard, judged [1-4] s ago by aggregator-a\n\n/)
  t.match(stdout, new RegExp(`^open +pod_network_cut  ${broken.cut}$`, 'm'))
  t.match(stdout, /\n1 open\n$/)
  t.equal(code, 1)
  const json = await runHere(['diagnose', '--url', url, '-o', 'json'])
  const expected = JSON.parse(JSON.stringify(broken.findings))
  t.match(JSON.parse(json.stdout), { verdict: 'failed', hindrances: [], standing: { heard: 12 }, findings: expected })
  t.equal(json.code, 1)
})

t.test('nothing wrong is exit 0, and a leader elsewhere is told', async (t) => {
  const { url } = await startAggregator(t, { findings: [], standing: { leader: 'aggregator-b' } })
  const { code, stdout } = await runHere(['diagnose', '--url', url])
  t.match(stdout, /by aggregator-a; aggregator-b leads\n\nnothing is wrong\n$/)
  t.equal(code, 0)
})

t.test('what cannot be told is exit 3 and not "nothing is wrong"', async (t) => {
  const old = new Date(Date.now() - 40_000).toISOString()
  for (const [standing, why] of [
    [{ heard: 5 }, /cannot tell how it is now: only 5 of 12 agents are heard, which is less than half\n$/],
    [{ judgedAt: old }, /cannot tell how it is now: the last round was judged (39|4[0-2]) s ago, rounds take 10 s\n$/],
    [{ agents: 0, heard: 0 }, /cannot tell how it is now: no agent is known\n$/],
  ] as const) {
    const { url } = await startAggregator(t, { findings: [], standing })
    const { code, stdout } = await runHere(['diagnose', '--url', url])
    t.match(stdout, why)
    t.equal(code, 3)
  }
  const { url } = await startAggregator(t, { findings: [], standing: { heard: 6, troubles: ['the disk is full'] } })
  const half = await runHere(['diagnose', '--url', url])
  t.match(half.stdout, /\ntrouble: the disk is full\n\nnothing is wrong\n$/)
  t.equal(half.code, 0, 'half of the agents are enough')
})

t.test('the age of a round is by the clock of who tells, not by ours', async (t) => {
  const judgedAt = '2020-01-01T00:00:00.000Z'
  const standing = { cluster: 'x', replica: 'r', version: '1', roundSeconds: 10, nodes: 1, agents: 1, heard: 1 }
  const text = JSON.stringify({ standing: { ...standing, troubles: [], judgedAt }, findings: [] })
  const server = createServer((_, response) => {
    response.setHeader('date', 'Wed, 01 Jan 2020 00:00:07 GMT')
    response.setHeader('content-encoding', 'gzip')
    response.end(gzipSync(text))
  })
  const url = await new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as { port: number }).port}`))
  })
  t.teardown(() => server.close())
  const { code, stdout } = await runHere(['diagnose', '--url', url])
  t.match(stdout, /judged [78] s ago/)
  t.equal(code, 0)
})

t.test('a program of its own answers within a second', async (t) => {
  const { url } = await startAggregator(t)
  const began = performance.now()
  const { code } = await runProgram(['diagnose', '--url', url])
  t.comment(`${Math.round(performance.now() - began)} ms`)
  t.equal(code, 1)
  t.ok(performance.now() - began < 3000, 'from source on a busy machine')
})

t.test('matrices, nodes, pairs and history are shown', async (t) => {
  const { url, archive } = await startAggregator(t)
  const run = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await runHere([...args, '--url', url])
    t.strictSame([code, stderr], [0, ''], args.join(' '))
    return stdout
  }
  t.match(await run('matrix'), /^peer_http +\d+ of \d+ fail/m)
  t.match(await run('matrix', '--zones'), /^zones to zones, over 3 rounds, up to \d{4}-/)
  t.match(await run('matrix', '--check', 'dns_replica', '-o', 'csv'), /^dns_replica,internal,node-/m)
  t.strictSame(
    JSON.parse(await run('matrix', '-o', 'json')),
    JSON.parse(JSON.stringify(await archive.matrix({ level: 'node', window: 3 }))),
  )
  t.match(await run('nodes'), new RegExp(`^${broken.cut} .*silent +\\d+ of \\d+ +\\? +pod_network_cut-`, 'm'))
  const { nodes } = JSON.parse(await run('nodes', '-o', 'json'))
  t.equal(nodes.length, 12)
  const other = nodes.find(({ node }: { node: string }) => node !== broken.cut).node
  t.match(await run('pair', other, broken.cut), new RegExp(`^${other} → ${broken.cut} +peer_tcp +\\d+ of \\d+`, 'm'))
  t.match(await run('history', '--since', '1h'), /^\S+Z +\d.*, open +pod_network_cut /m)
  const [{ id }] = broken.findings as [Finding]
  t.match(await run('history', id), /^\S+Z +open +pod_network_cut +\w+ +/m)
})

t.test('all pages of a list are read', async (t) => {
  const { url, archive } = await startAggregator(t, { cluster: simulated(10, { nodes: 1100, zones: 3 }) })
  const { nodes, next } = JSON.parse((await runHere(['nodes', '--url', url, '-o', 'json'])).stdout)
  t.strictSame(
    [nodes.length, new Set(nodes.map(({ node }: { node: string }) => node)).size, next],
    [1100, 1100, undefined],
  )
  const matrix = JSON.parse((await runHere(['matrix', '--check', 'peer_tcp', '--url', url, '-o', 'json'])).stdout)
  t.strictSame([matrix.matrices.length, matrix.matrices[0].rows.length, matrix.next], [1, 1100, undefined])
  const whole = await archive.matrix({ level: 'node', check: 'peer_tcp', window: 3, limit: 5000 })
  t.equal(matrix.matrices[0].cells.length, whole.matrices[0]?.cells.length)
})

t.test('wrong use is refused before anybody is asked', async (t) => {
  for (const [args, said] of [
    [['diagnose', '--url', 'example'], '--url: expected http://HOST:PORT, got "example"\n'],
    [['diagnose', '--url', 'http://x', '--direct'], 'expected one of --url and --direct, got both\n'],
    [['diagnose', '--input', 'x', '--url', 'http://x'], 'diagnose: expected --input or --url, got both\n'],
    [['diagnose', '-n', '../x'], '--namespace: expected a name as Kubernetes has them, got "../x"\n'],
    [['matrix', '--url', 'http://x', '--zones', '--targets'], 'expected --zones or --targets, got both\n'],
    [['matrix', '--url', 'http://x', '--zones', '--check', 'dns_replica'], /^--zones: expected a check between peers/],
    [['matrix', '--url', 'http://x', '--at', 'noon'], /^--at: expected a time before now, as .*, got "noon"\n$/],
    [['matrix', '--url', 'http://x', '--at', '2999-01-01'], /^--at: expected a time before now/],
    [['pair', 'node-1', '--url', 'http://x'], 'pair: expected SOURCE TARGET, got no TARGET\n'],
    [['history', 'a', 'b'], 'history: expected ID and options only, got "b"\n'],
  ] as const) {
    t.match(await runHere(args), { code: 2, stdout: '', stderr: said }, args.join(' '))
  }
})

t.test('who asks for names and findings that are not there is told so', async (t) => {
  const { url } = await startAggregator(t)
  const pair = await runHere(['pair', 'node-1', 'nobody', '--url', url])
  t.match(pair, {
    code: 2,
    stderr: /^pair: expected names as nodes and matrix show them, got "node-1" and "nobody"\n$/,
  })
  t.match(await runHere(['history', 'nothing-1', '--url', url]), { code: 2, stderr: /got "nothing-1"\n$/ })
})

t.test('nobody there is exit 3 and a sentence', async (t) => {
  const silent = await listen(t, (socket) => socket.once('data', () => socket.destroy()))
  const web = await listen(t, (socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\n<html>')))
  for (const [port, said] of [
    [1, /^could not ask the aggregator at http:\/\/127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1\n$/],
    [silent, /^could not ask the aggregator at \S+: socket hang up\n$/],
    [web, /^expected an answer with "standing", got something else; is this an aggregator\?\n$/],
  ] as const) {
    for (const command of [['diagnose'], ['nodes']]) {
      t.match(await runHere([...command, '--url', `http://127.0.0.1:${port}`]), { code: 3, stdout: '', stderr: said })
    }
  }
  const { url } = await startAggregator(t, { mayRead: async () => 'unauthenticated' })
  t.match(await runHere(['diagnose', '--url', url]), { code: 3, stderr: /^the aggregator answered 401: expected / })
})

t.test('what came from the network cannot steer the terminal', async (t) => {
  const [finding] = broken.findings
  const text = 'node-1 \u001b[2J\u009b31m\r\n"quoted" \\u001b'
  const findings = finding === undefined ? [] : [{ ...finding, text }]
  const { url } = await startAggregator(t, { findings })
  const { stdout } = await runHere(['diagnose', '--url', url])
  t.match(stdout, '    node-1  [2J 31m  "quoted" \\u001b\n')
})

t.test('a command that is asked to stop ends', async (t) => {
  const never = await listen(t, () => {})
  const stop = new AbortController()
  const running = runHere(['nodes', '--url', `http://127.0.0.1:${never}`], { signal: stop.signal })
  stop.abort(new Error('got SIGINT'))
  t.equal((await running).code, 3)
})
