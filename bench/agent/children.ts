import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { makeCertificate } from '../../test/support/certificates.ts'
import { apiPort, apiServers, dnsPort, dnsReplicas, ipOf, metricsPort, nameOf, probePort, zoneOf } from './addresses.ts'

const here = import.meta.dirname
const startMs = 60_000
/** How a container runs the agent: 6 MiB less than without them. */
const nodeFlags = ['--optimize-for-size', '--min-semi-space-size=2', '--max-semi-space-size=2']

export interface Files {
  readonly key: string
  readonly certificate: string
  readonly settings: string
}

/** The files that agent and cluster share. */
export function writeFiles(nodes: number): Files {
  const folder = mkdtempSync(join(tmpdir(), 'meshprobe-bench-'))
  const files = { key: join(folder, 'key'), certificate: join(folder, 'api.pem'), settings: join(folder, 'agent.json') }
  const altNames = [...apiServers.map((ip) => `IP:${ip}`)]
  const { key, cert } = makeCertificate({ name: 'kubernetes.default.svc', altNames, isCa: true })
  writeFileSync(files.key, Buffer.alloc(32, 7))
  writeFileSync(files.certificate, key + cert)
  writeFileSync(files.settings, JSON.stringify(settingsFor(nodes, files)))
  return files
}

/** The cluster's process; resolves when it answers. */
export function startCluster(nodes: number, { key, certificate }: Files): Promise<ChildProcess> {
  return started(process.execPath, [join(here, 'cluster.ts'), String(nodes), key, certificate])
}

export function startAgent({ settings }: Files): ChildProcess {
  const env = { ...process.env, NODE_NAME: nameOf(1), NODE_ZONE: zoneOf(1), POD_UID: 'uid-1', POD_IPS: ipOf(1) }
  const args = [...nodeFlags, 'dist/meshprobe.js', 'agent', '--config', settings]
  const options = {
    env: { ...env, HOST_IP: ipOf(1) },
    stdio: ['ignore', 'ignore', 'inherit'] as ('ignore' | 'inherit')[],
  }
  const child = spawn(process.execPath, args, options)
  endWithUs(child)
  return child
}

/** Starts a program of ours and waits for its word that it is ready; it ends with us at the latest. */
export async function started(command: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  endWithUs(child)
  const timer = setTimeout(() => child.kill(), startMs)
  const ready = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => undefined)])
  clearTimeout(timer)
  if (ready === undefined) throw new Error(`${args.join(' ')} ended before it was ready`)
  return child
}

function endWithUs(child: ChildProcess): void {
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
}

export async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

function settingsFor(nodes: number, { key, certificate }: Pick<Files, 'key' | 'certificate'>) {
  const peers = Array.from({ length: nodes }, (_, i) => {
    const node = i + 1
    const ips = [ipOf(node)]
    const where = { node: nameOf(node), zone: zoneOf(node), podUid: `uid-${node}` }
    return { ...where, ips, port: probePort, hostIps: ips, hostPort: probePort }
  })
  const at = (name: string, ip: string, port: number) => ({ name, ip, port })
  const api = { caFile: certificate, serverName: 'kubernetes.default.svc' }
  return {
    cluster: 'bench',
    listen: { addresses: [ipOf(1)], port: probePort },
    metrics: { addresses: [ipOf(1)], port: metricsPort },
    keys: { files: [key] },
    checks: { peer_mtu: { bytes: 1500 }, apiserver_service: api, apiserver_dns: api, apiserver_endpoint: api },
    discovery: {
      kind: 'static',
      static: {
        peers,
        dnsReplicas: dnsReplicas.map((ip, i) => at(`kube-system/dns-${i + 1}`, ip, dnsPort)),
        dnsServices: [at('kube-system/kube-dns', '127.2.0.1', dnsPort)],
        clusterIps: [at('meshprobe/meshprobe', ipOf(2), probePort)],
        nodePort: probePort,
        ingressAddresses: [at('meshprobe/meshprobe', ipOf(3), probePort)],
        ingressReplicas: [at('ingress/ingress-1', ipOf(4), probePort), at('ingress/ingress-2', ipOf(5), probePort)],
        apiServices: [at('kubernetes', '127.2.1.1', apiPort)],
        apiEndpoints: apiServers.map((ip) => at(`${ip}:${apiPort}`, ip, apiPort)),
      },
    },
  }
}
