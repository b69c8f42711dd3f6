import { writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

import t, { type Test } from 'tap'

import { configFrom } from '../../../src/cli/live/kube-config.ts'
import { startApi } from '../../support/api-server.ts'
import { runHere } from '../../support/cli.ts'

const one = {
  clusters: [{ name: 'c1', cluster: { server: 'https://one' } }],
  users: [{ name: 'u', user: { token: 'one' } }],
  contexts: [{ name: 'first', context: { cluster: 'c1', user: 'u' } }],
  'current-context': 'first',
}
const two = {
  clusters: [
    { name: 'c1', cluster: { server: 'https://other' } },
    { name: 'c2', cluster: { server: 'https://two' } },
  ],
  users: [{ name: 'u', user: { token: 'two' } }],
  contexts: [{ name: 'second', context: { cluster: 'c2', user: 'u' } }],
  'current-context': 'second',
}

function filesIn(t: Test, files: Readonly<Record<string, unknown>>): (name: string) => string {
  const folder = t.testdir()
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return (name) => join(folder, name)
}

t.test('of several files the first that says something wins, as for kubectl', async (t) => {
  const path = filesIn(t, { empty: '', one, two })
  const KUBECONFIG = ['missing', 'empty', 'one', 'two'].map(path).join(delimiter)
  const chosen = (context?: string) => {
    const config = configFrom({ kubeconfig: undefined, context, env: { KUBECONFIG } })
    return [config.getCurrentContext(), config.getCurrentCluster()?.server, config.getCurrentUser()?.token]
  }
  t.strictSame(chosen(), ['first', 'https://one', 'one'])
  t.strictSame(chosen('second'), ['second', 'https://two', 'one'])
})

t.test('what cannot be used is wrong use, in a sentence', async (t) => {
  const path = filesIn(t, { one, broken: '{', list: '[]', nowhere: { ...one, clusters: [] } })
  for (const [args, said] of [
    [['--kubeconfig', path('gone')], /^--kubeconfig: expected a file that can be read, got none at .*gone\n$/],
    [['--kubeconfig', path('broken')], /^kubeconfig: expected a kubeconfig in .*broken, got something else: /],
    [['--kubeconfig', path('list')], /^kubeconfig: no current context, and no --context; it has none\n$/],
    [['--kubeconfig', path('nowhere')], 'kubeconfig: context first names no API server\n'],
    [['--kubeconfig', path('one'), '--context', 'x'], 'kubeconfig: no context "x"; known: first\n'],
    [[], /^no kubeconfig: nothing in \S+\/\.kube\/config; name one with --kubeconfig, or an aggregator with --url\n$/],
  ] as const) {
    const ran = await runHere(['diagnose', ...args], { env: { HOME: t.testdirName } })
    t.match(ran, { code: 2, stdout: '', stderr: said }, args.join(' '))
  }
})

t.test('the server has to be signed by the authority of the kubeconfig, and gets the token', async (t) => {
  const api = await startApi()
  t.teardown(() => api.close())
  const other = await startApi()
  t.teardown(() => other.close())
  const ask = (ca: string) => {
    const data = Buffer.from(ca).toString('base64')
    const cluster = { server: `https://127.0.0.1:${api.port}/behind/`, 'certificate-authority-data': data }
    const path = filesIn(t, { config: { ...one, clusters: [{ name: 'c1', cluster }] } })
    return runHere(['diagnose', '--kubeconfig', path('config')])
  }
  t.match(await ask(other.ca), { code: 3, stderr: /^could not ask the API server of context first .*: .*certificate/ })
  t.equal(api.requests.length, 0)
  t.equal((await ask(api.ca)).code, 3)
  const [request] = api.requests
  t.equal(request?.path, '/behind/api/v1/namespaces/meshprobe/services/meshprobe-aggregator:http/proxy/api/v1/findings')
  t.equal(request?.headers.authorization, 'Bearer one')
})
