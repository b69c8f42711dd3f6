import { execFile, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'

import { bin } from '../cluster/lab/paths.ts'
import { chart, helm, set, type Values } from './helm.ts'

const readyWithinMs = 60_000
const issuer = 'https://kubernetes.default.svc'
const token = 'the-only-user'

/** A real API server without nodes and controllers: what it stores, it has checked, and it stays as it is. */
export interface ApiServer {
  /** Runs kubectl; what it printed. Rejects with what it said when it fails. */
  kubectl(args: readonly string[], input?: string): Promise<string>
  /** `helm install` or `upgrade` of the chart as `meshprobe`, with these values and no others. */
  apply(command: 'install' | 'upgrade', values?: Values): Promise<string>
  helm(...args: readonly string[]): Promise<string>
}

/** Starts etcd and an API server on loopback; both end with the test, or with its process. */
export async function openApiServer(t: Test): Promise<ApiServer> {
  const folder = t.testdir()
  const [client, peer, port] = [await freePort(), await freePort(), await freePort()]
  start(t, 'etcd', etcdFlags(join(folder, 'etcd'), `http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`))
  start(t, 'kube-apiserver', apiServerFlags(folder, `http://127.0.0.1:${client}`, port))
  const env = { KUBECONFIG: kubeconfigIn(folder, port) }
  const api: ApiServer = {
    kubectl: (args, input) => kubectl(args, env, input),
    helm: (...args) => helm([...args, '--namespace', 'meshprobe'], env),
    apply: (command, values = {}) => {
      const fresh = command === 'upgrade' ? ['--reset-values'] : []
      return api.helm(command, 'meshprobe', chart, ...fresh, ...set(values))
    },
  }
  await ready(api)
  await api.kubectl(['create', 'namespace', 'meshprobe'])
  return api
}

function etcdFlags(data: string, client: string, peer: string): readonly string[] {
  const clients = ['--listen-client-urls', client, '--advertise-client-urls', client]
  const peers = ['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer]
  const rest = ['--initial-cluster', `default=${peer}`, '--unsafe-no-fsync', '--log-level', 'error']
  return ['--data-dir', data, ...clients, ...peers, ...rest]
}

function apiServerFlags(folder: string, etcd: string, port: number): readonly string[] {
  const key = join(folder, 'accounts.key')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(key, privateKey.export({ type: 'pkcs1', format: 'pem' }))
  writeFileSync(join(folder, 'tokens.csv'), `${token},admin,1,system:masters\n`)
  const accounts = ['--service-account-issuer', issuer, '--service-account-key-file', key]
  const where = ['--bind-address', '127.0.0.1', '--advertise-address', '127.0.0.1', '--secure-port', String(port)]
  const users = ['--token-auth-file', join(folder, 'tokens.csv'), '--authorization-mode', 'RBAC']
  const rest = ['--endpoint-reconciler-type', 'none', '--service-cluster-ip-range', '198.18.0.0/24']
  const stores = ['--etcd-servers', etcd, '--cert-dir', join(folder, 'certificates')]
  return [...stores, ...where, ...users, ...accounts, '--service-account-signing-key-file', key, ...rest]
}

function start(t: Test, program: string, flags: readonly string[]): void {
  // Killed with us, however we end.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', bin(program), ...flags], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
}

function kubeconfigIn(folder: string, port: number): string {
  const server = { server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'api', cluster: server }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'api', context: { cluster: 'api', user: 'admin' } }],
    'current-context': 'api',
  }
  const file = join(folder, 'kubeconfig')
  writeFileSync(file, JSON.stringify(config))
  return file
}

async function kubectl(args: readonly string[], env: Readonly<Record<string, string>>, input = ''): Promise<string> {
  const running = promisify(execFile)(bin('kubectl'), args, { env: { ...process.env, ...env }, timeout: 60_000 })
  running.child.stdin?.end(input)
  const { stdout } = await running
  return stdout
}

async function ready({ kubectl }: ApiServer): Promise<void> {
  const endMs = performance.now() + readyWithinMs
  for (;;) {
    const answer = await kubectl(['get', '--raw', '/readyz']).catch((error: Error) => error)
    if (answer === 'ok') return
    if (performance.now() > endMs)
      throw new Error(`The API server was not ready within ${readyWithinMs} ms`, { cause: answer })
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
