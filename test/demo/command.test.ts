import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

import t from 'tap'

const main = new URL('../../src/main.ts', import.meta.url).pathname

function demo(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [main, 'demo', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Everything it says, and how it ends. */
async function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly said: string }> {
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += text))
  const [code] = await once(child, 'close')
  return { code, said }
}

/** Its first output that matches. */
async function heard(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let said = ''
  for await (const text of child.stdout ?? []) {
    said += text
    const found = pattern.exec(said)
    if (found !== null) return found
  }
  throw new Error(`ended without ${pattern}: ${said}`)
}

t.test('demo says where to look, is there at once, and ends within two seconds of being asked to', async (t) => {
  const child = demo('--port', '0', '--fault', 'pod_network_cut=node-3')
  t.teardown(() => child.kill('SIGKILL'))
  const [, url = ''] = await heard(child, /Look at (http:\S+)\nBroken from the start: pod_network_cut=node-3\n/)
  t.equal((await fetch(url)).status, 200)
  t.match(await (await fetch(`${url}demo/faults`)).json(), { active: [{ fault: 'pod_network_cut', target: 'node-3' }] })
  const ending = once(child, 'exit')
  const asked = performance.now()
  child.kill('SIGINT')
  t.same(await ending, [0, null])
  t.ok(performance.now() - asked < 2000)
})

t.test('demo says which port is taken and what to do about it', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const { code, said } = await ended(demo('--port', `${port}`))
  t.equal(code, 1)
  t.match(said, `port ${port} of 127.0.0.1 is taken by another program; choose another with --port`)
})

t.test('demo refuses what it does not know', async (t) => {
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [['--fault', 'pod_netwrk_cut=node-3'], /--fault: no fault "pod_netwrk_cut", did you mean pod_network_cut\?/],
    [['--fault', 'pod_network_cut=node-33'], /no target "node-33", did you mean node-3\?/],
    [['--fault', 'pod_network_cut'], /pod_network_cut needs a target; known: node-1, /],
    [['--port', 'eighty'], /--port: expected a whole number/],
    [['--round', '1s'], /--round: expected a duration from 5s to 30s/],
  ]
  await Promise.all(
    wrong.map(async ([args, message]) => {
      const { code, said } = await ended(demo(...args))
      t.equal(code, 2, args.join(' '))
      t.match(said, message)
    }),
  )
})
