import { generateKeyPairSync } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'

import { type Certificate, makeCertificate } from '../../support/certificates.ts'
import { inState } from './paths.ts'
import { apiPort, apiServiceIp, hostsOf, type Plan } from './plan.ts'

const days = 30

/** Everybody's keys and certificates, and a kubeconfig for each who speaks to the API server. */
export async function makePki(plan: Plan): Promise<void> {
  await mkdir(inState('pki'), { recursive: true, mode: 0o700 })
  const ca = makeCertificate({ name: 'meshprobe-lab', isCa: true, days })
  await save('ca', ca)
  const account = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await writeFile(inState('pki', 'accounts.key'), account.privateKey.export({ type: 'pkcs8', format: 'pem' }))

  await save('apiserver', makeCertificate({ name: 'kube-apiserver', altNames: apiNames(plan), ca, days }))
  await save('web', makeCertificate({ name: 'internet.example', ca, days }))
  const client = async (file: string, name: string, organization?: string) => {
    const certificate = makeCertificate({ name, ca, days, ...(organization && { organization }) })
    await save(file, certificate)
    await writeFile(inState(`${file}.kubeconfig`), kubeconfig(plan, ca, certificate), { mode: 0o600 })
  }
  await client('admin', 'admin', 'system:masters')
  await client('controller-manager', 'system:kube-controller-manager')
  await client('scheduler', 'system:kube-scheduler')
  await client('kube-proxy', 'system:kube-proxy')
  for (const { name } of plan.nodes) await client(`kubelet-${name}`, `system:node:${name}`, 'system:nodes')
}

function apiNames(plan: Plan): readonly string[] {
  const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local']
  const addresses = [apiServiceIp, 'fd98:0:0:2::1', ...hostsOf(plan).flatMap(({ ips }) => ips)]
  return [...names.map((name) => `DNS:${name}`), ...addresses.map((ip) => `IP:${ip}`)]
}

async function save(name: string, { key, cert }: Certificate): Promise<void> {
  await writeFile(inState('pki', `${name}.key`), key, { mode: 0o600 })
  await writeFile(inState('pki', `${name}.crt`), cert)
}

/** JSON is YAML. The keys are inside, so the file works from every folder. */
function kubeconfig(plan: Plan, ca: Certificate, client: Certificate): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const server = `https://${plan.controlPlane.ips[0]}:${apiPort}`
  const user = { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) }
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'lab', cluster: { server, 'certificate-authority-data': base64(ca.cert) } }],
    users: [{ name: 'lab', user }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab' } }],
    'current-context': 'lab',
  })
}
