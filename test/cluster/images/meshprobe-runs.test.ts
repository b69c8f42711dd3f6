import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import { until } from '../lab/until.ts'
import { built, folderFor } from './built.ts'
import { runContainer, startContainer } from './container.ts'

const image = await built(t, 'meshprobe')

t.test('the program runs without rights, on a root that cannot be written', async (t) => {
  const { code, stdout, stderr } = await runContainer(t, image, { args: ['version', '-o', 'json'] })
  t.equal(code, 0, stderr)
  t.match(JSON.parse(stdout), { version: /^\d+\.\d+\.\d+/, revision: 'dev', node: /^\d/ })
})

t.test('the agent as process 1 answers, and ends well when it is told to', async (t) => {
  const settings = join(await folderFor(t), 'settings.json')
  const discovery = { kind: 'static', static: { peers: [] } }
  await writeFile(settings, JSON.stringify({ node: 'here', drain: '1s', discovery }), { mode: 0o644 })
  const args = ['agent', '--config', '/settings.json']
  const agent = await startContainer(t, image, { args, mounts: { '/settings.json': settings } })
  const ask = 'fetch("http://127.0.0.1:7791/readyz").then((r) => process.exit(r.ok ? 0 : 1))'
  await until({ what: 'an agent that is ready', timeoutMs: 20_000 }, async () => {
    const { code } = await agent.exec('/nodejs/bin/node', '-e', ask)
    return code === 0 ? true : undefined
  })
  const told = performance.now()
  agent.kill('SIGTERM')
  const { code, stderr } = await agent.ended
  t.equal(code, 0, stderr)
  t.ok(performance.now() - told < 10_000)
})
