import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import { until } from '../lab/until.ts'
import { built, folderFor } from './built.ts'
import { runContainer, startContainer } from './container.ts'

t.test('pause waits, and goes when it is told to', async (t) => {
  const pause = await startContainer(t, await built(t, 'pause'), {})
  await until({ what: 'a pause that runs', timeoutMs: 10_000 }, async () => {
    // It has no other program to run; that it says so shows that its container is up.
    const { stderr } = await pause.exec('/nothing')
    return /\/nothing/.test(stderr) && /no such file/.test(stderr) ? true : undefined
  })
  pause.kill('SIGTERM')
  t.equal((await pause.ended).code, 0)
})

t.test('pause buries the children that it inherits', async (t) => {
  const { rootfs } = await built(t, 'pause')
  const inherited = `(sleep 0.5 &); exec ${join(rootfs, 'pause')}`
  const own = ['--pid', '--fork', '--kill-child', 'sh', '-c', inherited]
  const unshare = spawn('unshare', own, { stdio: 'ignore' })
  t.teardown(() => unshare.kill('SIGKILL'))
  const seen: number[] = []
  await until({ what: 'a pause without children', timeoutMs: 10_000, everyMs: 50 }, async () => {
    const [pid = ''] = await childrenOf(unshare.pid)
    const children = (await childrenOf(pid)).length
    seen.push(children)
    return seen.some((before) => before > 0) && children === 0 ? true : undefined
  })
  t.ok(seen.some((children) => children > 0))
})

t.test('CoreDNS is not root and listens on port 53 with the one right of the stock manifest', async (t) => {
  const corefile = join(await folderFor(t), 'Corefile')
  await writeFile(corefile, '.:53 {\n whoami\n health :8080\n}\n', { mode: 0o644 })
  const image = await built(t, 'coredns')
  const args = ['-conf', '/Corefile']
  const mounts = { '/Corefile': corefile }
  t.equal(image.config.User, '65532:65532')

  const without = await runContainer(t, image, { args, mounts })
  t.not(without.code, 0)
  t.match(`${without.stdout}${without.stderr}`, /operation not permitted|permission denied/)

  const capabilities = ['CAP_NET_BIND_SERVICE']
  const coredns = await startContainer(t, image, { args, mounts, capabilities })
  await until({ what: 'CoreDNS that listens', timeoutMs: 20_000 }, async () => {
    return coredns.stdout().includes('.:53\n') && coredns.stdout().includes('CoreDNS-1.14.6') ? true : undefined
  })
  coredns.kill('SIGTERM')
  t.equal((await coredns.ended).code, 0)
})

async function childrenOf(pid: number | string | undefined): Promise<readonly string[]> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  return listed.split(' ').filter((child) => child !== '')
}
