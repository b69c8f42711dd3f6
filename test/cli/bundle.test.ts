import { execFileSync } from 'node:child_process'
import { readFileSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import t from 'tap'

import { runNode } from '../support/cli.ts'

const root = join(import.meta.dirname, '../..')
const bundle = join(root, 'dist/meshprobe.js')

t.before(() => {
  execFileSync(process.execPath, ['build.ts'], { cwd: root })
})

t.test('the bundle is the program', async (t) => {
  const { code, stdout, stderr } = await runNode(process.execPath, [bundle, 'version', '-o', 'json'], {})
  t.equal(code, 0, stderr)
  t.match(JSON.parse(stdout), { version: /^\d/, revision: /^(?!source)/, node: process.versions.node })
})

t.test('the bundle is the plug-in of kubectl too', async (t) => {
  const plugin = join(t.testdir(), 'kubectl-meshprobe')
  symlinkSync(bundle, plugin)
  const { code, stdout } = await runNode(process.execPath, [plugin, '--help'], {})
  t.equal(code, 0)
  t.match(stdout, 'kubectl meshprobe COMMAND')
})

t.test('the bundle carries the page of the demo', async (t) => {
  const { code, stdout, stderr } = await runNode(process.execPath, [bundle, 'demo', '--help'], {})
  t.equal(code, 0, stderr)
  t.match(stdout, 'meshprobe demo: ')
})

t.test('what reads kubeconfigs is a file of its own, and says what is wrong with them as the rest does', async (t) => {
  const holds = (file: string) => readFileSync(join(root, 'dist', file), 'utf8').includes('v4.channel.k8s.io')
  t.strictSame(['meshprobe.js', 'kube-cluster.js'].map(holds), [false, true])
  const HOME = t.testdir({ '.kube': { config: 'contexts: []' } })
  const { code, stderr } = await runNode(process.execPath, [bundle, 'diagnose'], { env: { HOME } })
  t.strictSame([code, stderr], [2, 'kubeconfig: no current context, and no --context; it has none\n'])
})

t.test('the bundle tells a Node that is too old so, in one sentence', async (t) => {
  const sentence = /^meshprobe needs Node 24 or newer; this is Node \d+\.\d+\.\d+\n$/
  const pretend = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.2' } })"
  const preload = `data:text/javascript,${encodeURIComponent(pretend)}`
  const pretended = await runNode(process.execPath, ['--import', preload, bundle, 'version'], {})
  t.match(pretended, { code: 2, stdout: '', stderr: sentence })
  for (const node of oldNodes())
    t.match(await runNode(node, [bundle, 'version'], {}), { code: 2, stdout: '', stderr: sentence })
})

/** Those that this machine happens to have: only a real one can stumble over syntax or a missing built-in. */
function oldNodes(): readonly string[] {
  const nodes = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'node'))
  return nodes.filter((node) => {
    try {
      const [, major] = /^v(\d+)\./.exec(execFileSync(node, ['--version'], { encoding: 'utf8' })) ?? []
      return Number(major) < 24
    } catch {
      return false // no Node in this folder
    }
  })
}
