import { readFile } from 'node:fs/promises'

const account = '/var/run/secrets/kubernetes.io/serviceaccount'
const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = process.env
const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`
const timeoutMs = 5000

export interface List<T> {
  readonly items?: readonly T[]
}

/** What a list of the API server holds. Node trusts the server by NODE_EXTRA_CA_CERTS. */
export async function list<T>(path: string): Promise<readonly T[]> {
  const response = await ask(path, {})
  const { items }: List<T> = JSON.parse(await response.text())
  return items ?? []
}

export async function mergePatch(path: string, patch: object): Promise<void> {
  const headers = { 'content-type': 'application/merge-patch+json' }
  const response = await ask(path, { method: 'PATCH', headers, body: JSON.stringify(patch) })
  await response.arrayBuffer() // else its connection would not be used again
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  const token = await readFile(`${account}/token`, 'utf8') // it is replaced every hour
  const headers = { ...init.headers, authorization: `Bearer ${token}` }
  const response = await fetch(`${server}${path}`, { ...init, headers, signal: AbortSignal.timeout(timeoutMs) })
  if (response.ok) return response
  throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${await response.text()}`)
}
