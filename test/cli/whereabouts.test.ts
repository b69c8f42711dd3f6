import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'

import { json, recorded, refuse, type ScriptedApi, startApi } from '../support/api-server.ts'
import { makeCertificate } from '../support/certificates.ts'
import { runHere } from '../support/cli.ts'

/** Whatever would leave this machine stays switched off. */
const offline = ['dns_service', 'dns_nodelocal', 'dns_replica'].map((check) => `--checks.${check}.enabled=false`)

interface PathReport {
  readonly path: string
  readonly rows: readonly {
    readonly check: string
    readonly target: string
    readonly failure?: { readonly reason: string }
  }[]
}

async function server(t: Test): Promise<ScriptedApi> {
  const api = await startApi()
  t.teardown(() => api.close())
  return api
}

function kubeconfig(t: Test, cluster: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const config = {
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'mine' } }],
    clusters: [{ name: 'mine', cluster }],
  }
  return { KUBECONFIG: `${fileOf(t, JSON.stringify(config))}:/no/such/file` }
}

function fileOf(t: Test, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'meshprobe-test-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'file')
  writeFileSync(path, text)
  return path
}

t.test('outside of a cluster, check asks the API server of the kubeconfig', async (t) => {
  const api = await server(t)
  api.script('/readyz', refuse(401))
  const data = Buffer.from(api.ca).toString('base64')
  const env = kubeconfig(t, { server: `https://127.0.0.1:${api.port}`, 'certificate-authority-data': data })
  const { code, stdout, stderr } = await runHere(['check', '-o', 'json', ...offline], { env })
  t.equal(code, 0, stdout + stderr)
  t.match(JSON.parse(stdout).paths, [
    { path: 'api', ok: true, rows: [{ check: 'apiserver_endpoint', port: api.port }] },
  ])
  t.match(api.requests[0]?.path, '/readyz')
  t.notOk(api.requests[0]?.headers.authorization, 'it does not say who we are')
})

t.test('outside of a cluster, check distrusts a server that the kubeconfig does not know', async (t) => {
  const api = await server(t)
  const other = fileOf(t, makeCertificate({ name: 'other' }).cert)
  const env = kubeconfig(t, { server: `https://localhost:${api.port}`, 'certificate-authority': other })
  const { code, stdout } = await runHere(['check', '-o', 'json', ...offline], { env })
  t.equal(code, 1)
  const [api0] = JSON.parse(stdout).paths as readonly PathReport[]
  t.match(api0?.rows[0], { check: 'apiserver_endpoint', failure: { reason: 'tls_failed' } })
})

t.test('outside of a cluster, check says when it knows no API server', async (t) => {
  const cases = [
    { env: { HOME: '/no/such/home' }, stderr: 'no API server is named in no kubeconfig\n' },
    { env: kubeconfig(t, {}), stderr: /^no API server is named in \/.*file\n$/ },
    { env: { KUBECONFIG: fileOf(t, '{[') }, stderr: /^no API server is named in \/.*file\n$/ },
    {
      env: kubeconfig(t, { server: 'https://a..b' }),
      stderr: 'the API server a..b has no address here\n',
    },
  ]
  for (const { env, stderr } of cases) t.match(await runHere(['check', ...offline], { env }), { code: 3, stderr })
})

function inPod(t: Test, api: ScriptedApi) {
  const folder = t.testdir({ token: 'token', namespace: 'meshprobe', 'ca.crt': api.ca })
  const kubernetes = `--discovery.kubernetes`
  const files = [`${kubernetes}.tokenFile=${join(folder, 'token')}`, `${kubernetes}.caFile=${join(folder, 'ca.crt')}`]
  const address = [`${kubernetes}.serverHost=127.0.0.1`, `${kubernetes}.serverPort=${api.port}`]
  // The recorded peers live in a network that is not ours.
  const peers = ['peer_http', 'peer_tcp', 'peer_udp', 'peer_mtu'].map((check) => `--checks.${check}.enabled=false`)
  return ['check', ...files, ...address, ...offline, ...peers, '--checks.apiserver_endpoint.timeout=200ms']
}

t.test('in a pod, check asks the cluster once, and says what it may not read', async (t) => {
  const api = await server(t)
  api.script('/namespaces/meshprobe/endpointslices', json(recorded('empty-list')))
  api.script('/namespaces/default/endpointslices/kubernetes', refuse(403))
  const { code, stdout, stderr } = await runHere(inPod(t, api))
  t.equal(code, 3, stdout)
  t.match(stderr, /^May not get endpointslices\.discovery\.k8s\.io kubernetes in namespace default, /m)
  t.match(stdout, /apiserver_endpoint.*: the cluster has no target for it, or none that may be read$/m)
  t.equal(api.requestsFor('/namespaces/meshprobe/endpointslices').length, 1)
})

t.test('in a pod without a namespace, check says which setting is missing', async (t) => {
  const api = await server(t)
  const args = inPod(t, api).map((arg) => arg.replace(/tokenFile=.*/, 'tokenFile=/no/such/token'))
  t.match(await runHere(args), {
    code: 2,
    stderr: 'discovery.kubernetes.namespace: expected a namespace, got none and no file of it beside /no/such/token\n',
  })
})

t.test('a file that a check needs and that is not there is wrong use', async (t) => {
  const env = { HOME: '/no/such/home' }
  t.match(await runHere(['check', ...offline, '--checks.apiserver_service.caFile=/no/such/ca'], { env }), {
    code: 2,
    stderr: /^checks\.apiserver_service: expected files that can be read and used, got ENOENT/,
  })
})
