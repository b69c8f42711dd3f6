import { isIP } from 'node:net'
import { dirname, resolve } from 'node:path'

import { parse } from 'yaml'

/** The API server of the current context. Nothing that could prove who we are is read. */
export interface KubeServer {
  readonly host: string
  readonly port: number
  /** A file of who signs its certificate; `''` when the kubeconfig carries it inside or does not say. */
  readonly caFile: string
  /** The same as PEM text. */
  readonly caText: string
  /** The name its certificate has to be for; `''` for that of the address. */
  readonly serverName: string
}

export interface KubeconfigFile {
  readonly path: string
  readonly text: string
}

/** Files as `KUBECONFIG` lists them: the first that says something wins. Undefined when none names a server. */
export function kubeServerIn(files: readonly KubeconfigFile[]): KubeServer | undefined {
  const parsed = files.map(({ path, text }) => ({ folder: dirname(path), config: record(parse(text)) }))
  const current = parsed.map(({ config }) => text(config['current-context'])).find((name) => name !== '')
  const context = parsed.map(({ config }) => named(config['contexts'], current, 'context')).find(isThere)
  const clusterName = text(record(context)['cluster'])
  for (const { folder, config } of parsed) {
    const cluster = named(config['clusters'], clusterName, 'cluster')
    if (cluster !== undefined) return serverOf(cluster, folder)
  }
  return undefined
}

function serverOf(cluster: Fields, folder: string): KubeServer | undefined {
  const url = URL.parse(text(cluster['server']))
  if (url === null || url.protocol !== 'https:') return undefined
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const ca = text(cluster['certificate-authority'])
  return {
    host: isIP(host) === 0 ? url.hostname : host,
    port: Number(url.port || 443),
    caFile: ca === '' ? '' : resolve(folder, ca),
    caText: Buffer.from(text(cluster['certificate-authority-data']), 'base64').toString('utf8'),
    serverName: text(cluster['tls-server-name']),
  }
}

type Fields = Readonly<Record<string, unknown>>

function named(list: unknown, name: string | undefined, field: string): Fields | undefined {
  const found = Array.isArray(list) ? list.find((item) => record(item)['name'] === name) : undefined
  return found === undefined ? undefined : record(record(found)[field])
}

function record(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined
}
