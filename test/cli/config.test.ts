import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'

import { runHere, runProgram } from '../support/cli.ts'

const folder = t.testdir({
  'm.yaml': `round: 5s
listen:
  port: 17790 # ours
discovery:
  kind: static
  static:
    peers:
      - {node: a, ips: ['127.0.0.1'], port: 1}
      - {node: b, ips: ['::1', '127.0.0.2'], port: 2}
`,
  'm.json': '{"round": "5s"}',
})
const file = join(folder, 'm.yaml')

t.test('config shows every setting in effect and where it comes from', async (t) => {
  const env = { NODE_NAME: 'a', MESHPROBE_SLOT: '250ms', MESHPROBE_CONFIG: file }
  const { code, stdout, stderr } = await runProgram(
    ['config', '--checks.peer_http.timeout=1s', '--metrics.port', '0'],
    { env },
  )
  t.equal(code, 0, stderr)
  const lines = [
    /^cluster: default +# default$/m,
    /^node: a +# environment NODE_NAME$/m,
    /^round: 5s +# file .*m\.yaml:1$/m,
    /^slot: 250ms +# environment MESHPROBE_SLOT$/m,
    /^ {2}port: 17790 +# file .*m\.yaml:3$/m,
    /^ {2}port: 0 +# flag$/m,
    /^ {2}peer_http:\n {4}enabled: true +# default\n {4}timeout: 1s +# flag$/m,
  ]
  for (const line of lines) t.match(stdout, line)
})

t.test('config prints a settings file that says the same', async (t) => {
  const first = await runHere(['config', '--config', file, '--zone', 'null', '--cluster', ' a: "b" # c'])
  t.equal(first.code, 0, first.stderr)
  const again = join(folder, 'again.yaml')
  writeFileSync(again, first.stdout)
  const second = await runHere(['config', '--config', again])
  t.equal(second.code, 0, second.stderr)
  t.same(parse(second.stdout), parse(first.stdout))
  t.match(parse(second.stdout), {
    zone: 'null',
    cluster: ' a: "b" # c',
    discovery: { static: { peers: [{ node: 'a' }, {}] } },
  })
})

t.test('config prefers --config to the variable', async (t) => {
  const env = { MESHPROBE_CONFIG: '/no/such/file' }
  const { code, stdout } = await runHere(['config', '--config', join(folder, 'm.json')], { env })
  t.equal(code, 0)
  t.match(stdout, /^round: 5s +# file .*m\.json:1$/m)
})

t.test('config -o json is for scripts', async (t) => {
  const { code, stdout } = await runHere(['config', '-o', 'json', '--config', file, '--slot=1s'])
  t.equal(code, 0)
  t.match(JSON.parse(stdout), {
    cluster: { value: 'default', origin: { from: 'default' } },
    round: { value: '5s', origin: { from: 'file', file, line: 1 } },
    slot: { value: '1s', origin: { from: 'flag' } },
    'listen.port': { value: 17_790, origin: { line: 3 } },
  })
})
