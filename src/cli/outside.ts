import { getServers } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

import type { Environment } from '../config/environment-source.ts'
import { familyOf, type ServiceAddress, type Surroundings } from '../model/peer.ts'
import { nothingKnown } from '../model/surroundings.ts'
import { type KubeconfigFile, type KubeServer, kubeServerIn } from './kubeconfig.ts'

export interface Outside {
  readonly surroundings: Surroundings
  readonly troubles: readonly string[]
  /** The API server of the kubeconfig. */
  readonly server?: KubeServer
}

/** What a machine outside of any cluster can ask: its own resolvers, and the API server of its kubeconfig. */
export async function surroundingsOutside(env: Environment): Promise<Outside> {
  const dnsServices = getServers().flatMap(resolverAt)
  const files = await kubeconfigs(env)
  const server = kubeServerOf(files)
  if (server === undefined) {
    const where = files.map(({ path }) => path).join(', ') || 'no kubeconfig'
    return { surroundings: { ...nothingKnown, dnsServices }, troubles: [`no API server is named in ${where}`] }
  }
  const addresses = await lookup(server.host, { all: true }).catch(() => [])
  const apiEndpoints = addresses.map(({ address }) => serviceAt(server.host, address, server.port))
  const troubles = addresses.length > 0 ? [] : [`the API server ${server.host} has no address here`]
  return { surroundings: { ...nothingKnown, dnsServices, apiEndpoints }, troubles, server }
}

function kubeServerOf(files: readonly KubeconfigFile[]): KubeServer | undefined {
  try {
    return kubeServerIn(files)
  } catch (error) {
    // A kubeconfig that is no YAML is somebody else's mistake; the rest can be checked.
    if (error instanceof Error && error.name === 'YAMLParseError') return undefined
    throw error
  }
}

async function kubeconfigs(env: Environment): Promise<readonly KubeconfigFile[]> {
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '')
  const paths = listed.length > 0 ? listed : [join(env['HOME'] ?? homedir(), '.kube/config')]
  const read = paths.map(async (path) => ({ path, text: await readFile(path, 'utf8').catch(() => '') }))
  return (await Promise.all(read)).filter(({ text }) => text !== '')
}

/** As Node writes resolvers: `10.0.0.1`, `10.0.0.1:5353`, `[::1]:5353`. */
function resolverAt(server: string): readonly ServiceAddress[] {
  const [, bracketed, plain, port = '53'] = /^(?:\[(.+)\]|([^:]+|[^:]*:[^:]*:.*))(?::(\d+))?$/.exec(server) ?? []
  const ip = bracketed ?? plain
  return ip === undefined ? [] : [serviceAt(ip, ip, Number(port))]
}

function serviceAt(name: string, ip: string, port: number): ServiceAddress {
  return { name, ip, family: familyOf(ip), port }
}
