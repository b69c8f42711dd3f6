import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'

import { meshKey } from '../support/ask.ts'
import { runHere, runProgram } from '../support/cli.ts'
import { node2, respond } from '../support/responders.ts'
import { closedPort, listen, listenInSilence } from '../support/servers.ts'
import { until } from '../support/until.ts'

const esc = String.fromCharCode(27)

const folder = t.testdir({ key: meshKey })

/** Only the checks that need nothing but peers: the others have tests of their own. */
const flags = ['--cluster', 'test', '--keys.files', join(folder, 'key'), '--checks.peer_mtu.enabled=false']

interface Listed {
  readonly node: string
  readonly port: number
  readonly hostPort?: number
}

function listOf(t: Test, ...peers: readonly Listed[]): string {
  const path = join(t.testdir(), 'peers.json')
  const rows = peers.map((peer) => ({ ...peer, ips: ['127.0.0.1'] }))
  writeFileSync(path, JSON.stringify({ discovery: { kind: 'static', static: { peers: rows } } }))
  return path
}

t.test('check says that all is well when every peer answers', async (t) => {
  const { port, datagrams } = await respond(t)
  const args = ['check', '--config', listOf(t, { node: 'node-2', port }), ...flags]
  const { code, stdout, stderr } = await runProgram(args)
  t.equal(code, 0, stdout + stderr)
  t.match(stdout, /^ok {3}peer pods: the one target answers, slowest [\d.]+ ms$/m)
  t.match(stdout, /^ {5}peer_http +node-2 +127\.0\.0\.1:\d+ +ok +[\d.]+ ms$/m)
  t.match(stdout, /peer_udp/)
  t.match(stdout, /^ {5}.*\bclusterip\b.*: discovery\.static lists no target$/m)
  t.match(stdout, /\nall well: (\d+) of \1 answered; not checked: \d+ of \d+ checks\n$/)
  t.notOk(stdout.includes(esc), 'no colours in a pipe')
  t.ok(datagrams.length > 0 && datagrams.every(({ index }) => index > 2), 'receivers expect none of our datagrams')
})

t.test('check names what fails, and says what to do next', async (t) => {
  const { port } = await respond(t)
  const peers = listOf(t, { node: 'node-2', port }, { node: 'node-3', port: await closedPort() })
  const text = await runHere(['check', '--config', peers, ...flags])
  t.equal(text.code, 1, text.stderr)
  t.match(text.stdout, /^FAIL peer pods: 1 of 2 targets fails: node-3 \(peer_http refused, peer_tcp refused/m)
  t.match(text.stdout, /^ {5}next: `kubectl describe node node-3`/m)
  const { code, stdout } = await runProgram(['check', '--config', peers, ...flags, '-o', 'json'])
  t.equal(code, 1)
  t.match(JSON.parse(stdout), {
    verdict: 'failed',
    paths: [
      {
        path: 'peers',
        ok: false,
        rows: [
          { check: 'peer_http', target: 'node-2', ms: Number },
          { check: 'peer_http', target: 'node-3', failure: { reason: 'refused', phase: 'connect' } },
        ],
      },
    ],
  })
})

t.test('check with patience asks again who fails, and says so', async (t) => {
  let closed = 0
  const relayed = await respond(t)
  // Refuses whoever comes first, as a Service does whose rules are not in place yet.
  const port = await listen(t, (socket) => {
    if (closed < 2) {
      closed += 1
      socket.destroy()
      return
    }
    const to = connect(relayed.port, '127.0.0.1')
    socket.pipe(to).pipe(socket)
    for (const end of [socket, to]) end.on('error', () => end.destroy())
  })
  const only = ['--checks.peer_udp.enabled=false', '--checks.peer_tcp.enabled=false']
  const args = ['check', '--config', listOf(t, { node: 'node-2', port }), ...flags, ...only]
  const patient = await runHere([...args, '--patience', '20'])
  t.equal(patient.code, 0, patient.stdout + patient.stderr)
  t.match(patient.stdout, /^ok {3}peer pods: the one target answers, .*; 1 of 1 only when asked again$/m)
  t.match(patient.stdout, /peer_http .* ok +[\d.]+ ms, after 2 failures$/m)
  closed = 0
  t.equal((await runHere(args)).code, 1, 'without it once is enough')
  const wrong = await runHere([...args, '--patience', 'long'])
  t.match(wrong, { code: 2, stderr: /--patience/ })
})

t.test('check with patience gives up on who never answers', async (t) => {
  const peers = listOf(t, { node: 'node-3', port: await closedPort() })
  const { code, stdout } = await runHere(['check', '--config', peers, ...flags, '--patience=2', '-o', 'json'])
  t.equal(code, 1)
  t.match(JSON.parse(stdout).paths[0].rows[0], {
    check: 'peer_http',
    failure: { reason: 'refused' },
    failuresBefore: 1,
  })
})

t.test('check asks the node addresses that peers tell', async (t) => {
  const hostPort = await listen(t, (socket) => socket.resume())
  const { port } = await respond(t, { identity: () => ({ ...node2, hostIp: '127.0.0.1' }) })
  const { code, stdout } = await runHere([
    'check',
    '--config',
    listOf(t, { node: 'node-2', port, hostPort }),
    ...flags,
    '-o',
    'json',
  ])
  t.equal(code, 0)
  const { paths } = JSON.parse(stdout)
  t.match(paths[1], { path: 'hosts', ok: true, rows: [{ check: 'host_tcp', address: '127.0.0.1', port: hostPort }] })
})

t.test('check without the mesh key makes only the checks that need none', async (t) => {
  const { port } = await respond(t)
  const { code, stdout } = await runHere(['check', '--config', listOf(t, { node: 'node-2', port }), '-o', 'json'])
  t.equal(code, 0)
  const { paths, unchecked } = JSON.parse(stdout)
  t.same(
    [...new Set(paths.flatMap(({ rows }: { rows: { check: string }[] }) => rows.map(({ check }) => check)))],
    ['peer_tcp'],
  )
  t.match(
    unchecked.find(({ check }: { check: string }) => check === 'peer_http'),
    { why: /mesh key/ },
  )
})

t.test('check cannot tell when there is nobody to ask', async (t) => {
  const { code, stdout } = await runHere(['check', '--config', listOf(t), ...flags])
  t.equal(code, 3)
  t.match(stdout, /^nothing could be checked from here$/m)
})

t.test('check ends when it is stopped, and cannot tell', async (t) => {
  let connections = 0
  const port = await listen(t, (socket) => {
    connections += 1
    socket.resume()
  })
  const stop = new AbortController()
  const running = runHere(['check', '--config', listOf(t, { node: 'node-2', port }), ...flags], { signal: stop.signal })
  await until(() => connections > 0)
  stop.abort(new Error('stopped'))
  t.match(await running, { code: 3, stdout: '' })
})

t.test('check shows its progress and colours on a terminal only', async (t) => {
  const port = await listenInSilence(t)
  const args = [
    'check',
    '--config',
    listOf(t, { node: 'node-2', port }),
    ...flags,
    '--checks.peer_http.timeout=100ms',
    '--checks.peer_udp.timeout=100ms',
  ]
  const shown = await runHere(args, { isTTY: true })
  t.match(shown.stdout, `${esc}[31mFAIL${esc}[39m peer pods`)
  t.ok(shown.stderr.includes('still to answer') && shown.stderr.endsWith(`\r${esc}[K`))
  const plain = await runHere(args, { isTTY: true, env: { NO_COLOR: '1' } })
  t.notOk(plain.stdout.includes(esc))
})

t.test('check refuses a mesh key that is none', async (t) => {
  const { code, stderr } = await runHere(['check', '--config', listOf(t), '--keys.files', '/no/such/key'])
  t.equal(code, 2)
  t.match(stderr, /^keys\.files.*ENOENT/)
})
