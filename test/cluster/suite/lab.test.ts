import { spawn } from 'node:child_process'
import { join } from 'node:path'

import t from 'tap'
import { attempt, run } from '../lab/run.ts'
import { ourNamespaces, remains } from '../lab/sweep.ts'
import { until } from '../lab/until.ts'

const lab = join(import.meta.dirname, '..', 'lab.ts')
const nothing = { processes: [], namespaces: [], mounts: [], cgroups: [] }

/** Before any lab is up: what it does when it may not be, and when it is killed. */
t.before(async () => {
  await run(process.execPath, [lab, 'down'])
})

t.test('without root it says so in one line', async (t) => {
  const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups']
  // The repository may lie where nobody else may look.
  const mayRead = ['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search']
  // Nor may anybody else write where this test notes which processes it has begun.
  const args = ['-u', 'NODE_OPTIONS', 'setpriv', ...nobody, ...mayRead, process.execPath, lab, 'up']
  const { code, stderr } = await attempt('env', args)
  t.equal(code, 1)
  t.equal(stderr.trim(), 'the lab needs root, for network namespaces and containers')
})

t.test("somebody else's namespaces are refused and left alone", async (t) => {
  await run('ip', ['netns', 'add', 'meshprobe-stranger'])
  t.teardown(() => run('ip', ['netns', 'delete', 'meshprobe-stranger']))
  for (const command of ['up', 'down']) {
    const { code, stderr } = await attempt(process.execPath, [lab, command])
    t.equal(code, 1, command)
    t.match(stderr, /no lab of ours made: meshprobe-stranger/)
    t.same(await ourNamespaces(), ['meshprobe-stranger'])
  }
})

t.test(
  'a lab that is killed while it boots leaves nothing after down, and the machine’s network as it was',
  async (t) => {
    const before = await ownNetwork()
    const child = spawn(process.execPath, [lab, 'up', '--nodes', '2'], { stdio: 'ignore' })
    const closed = new Promise((resolve) => child.once('close', resolve))
    await until({ what: 'the first kubelets', timeoutMs: 120_000, everyMs: 50 }, async () => {
      const { processes, mounts } = await remains()
      return processes.length > 8 && mounts.length > 0 ? true : undefined
    }).finally(() => child.kill('SIGKILL'))
    await closed
    t.same(await ownNetwork(), before, 'while it is there')
    await run(process.execPath, [lab, 'down'])
    t.same(await remains(), nothing)
    t.same(await ownNetwork(), before, 'and afterwards')
  },
)

/** Links, addresses, routes and packet filters of the machine itself. */
async function ownNetwork(): Promise<readonly string[]> {
  const asked = [
    ['ip', '-o', 'link'],
    ['ip', '-o', 'addr'],
    ['ip', 'route'],
    ['nft', 'list', 'ruleset'],
  ]
  return Promise.all(asked.map(([program = '', ...args]) => run(program, args)))
}
