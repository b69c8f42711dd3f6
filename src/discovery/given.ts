import { isIP } from 'node:net'
import { dirname, join } from 'node:path'

import type { ServiceAddress } from '../model/peer.ts'
import type { KubernetesValues } from './kubernetes-fields.ts'
import { type NameServers, nameServersIn } from './resolv-conf.ts'
import { serviceAt } from './service-address.ts'

type ReadFile = (path: string) => Promise<string>
type Environment = Readonly<Record<string, string | undefined>>

/** What a pod knows of its cluster without asking anybody. */
export interface Given {
  readonly nameServers: NameServers
  /** `namespace/service` of the cluster DNS, and of its cache on the node. */
  readonly dnsName: string
  readonly nodeLocalName: string
  readonly apiServices: readonly ServiceAddress[]
}

export async function givenOf(
  { dnsNamespace, dnsService, dnsServiceIp }: KubernetesValues,
  { readFile, env }: { readonly readFile: ReadFile; readonly env: Environment },
): Promise<Given> {
  const found = nameServersIn(await readFile('/etc/resolv.conf').catch(() => ''))
  const host = env['KUBERNETES_SERVICE_HOST'] ?? ''
  const port = Number(env['KUBERNETES_SERVICE_PORT'] ?? 443)
  return {
    nameServers: dnsServiceIp === '' ? found : { ...found, service: [dnsServiceIp] },
    dnsName: `${dnsNamespace}/${dnsService}`,
    nodeLocalName: `${dnsNamespace}/node-local-dns`,
    // Some clouds put a name here, which leads past the Service.
    apiServices: isIP(host) === 0 ? [] : [serviceAt('kubernetes', host, port)],
  }
}

export function serverAddress({ serverHost, serverPort }: KubernetesValues, env: Environment) {
  const host = serverHost || (env['KUBERNETES_SERVICE_HOST'] ?? '')
  if (host === '') {
    throw new RangeError('serverHost: expected an API server, got neither this setting nor KUBERNETES_SERVICE_HOST')
  }
  return { host, port: serverPort || Number(env['KUBERNETES_SERVICE_PORT'] ?? 443) }
}

/** Of our own pod, unless it is set. */
export async function namespaceOf({ namespace, tokenFile }: KubernetesValues, readFile: ReadFile): Promise<string> {
  return namespace || (await readFile(join(dirname(tokenFile), 'namespace'))).trim()
}
