import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import t from 'tap'

import { respond } from '../support/responders.ts'

const script = new URL('out-of-descriptors.ts', import.meta.url).pathname

t.test('a process without descriptors blames itself and nobody else', async (t) => {
  const { port } = await respond(t)
  const command = `ulimit -n 64; exec "${process.execPath}" "${script}" ${port}`
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { timeout: 20_000 })
  const lines = stdout.trim().split('\n')
  t.equal(lines.length, 10)
  for (const line of lines.slice(0, 5)) t.match(line, /^before \w+ reached$/)
  for (const line of lines.slice(5)) t.match(line, /^without \w+ no_local_resources: .*EMFILE/)
})
