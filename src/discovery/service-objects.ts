import { isIP } from 'node:net'

import { list, record, text, texts, wholeNumber } from '../kubernetes/json.ts'

/** Where a Service or an Ingress is to be found from outside of its pods. */
export interface Front {
  /** `namespace/name`. */
  readonly name: string
  readonly port: number
  readonly clusterIps: readonly string[]
  readonly nodePort: number
  readonly outside: readonly OutsideAddress[]
  /** Of an Ingress: whether it ends TLS. */
  readonly tls: boolean
}

export interface OutsideAddress {
  /** An IP, or a name as some clouds give. */
  readonly host: string
  /** Whether a connection from inside goes there, and is not short-cut by kube-proxy. */
  readonly observable: boolean
}

export const noFront: Front = { name: '', port: 0, clusterIps: [], nodePort: 0, outside: [], tls: false }

export function frontOfService(service: unknown): Front {
  const { metadata, spec, status } = record(service)
  const { clusterIPs, ports } = record(spec)
  const known = list(ports).map(record)
  const { port, nodePort } = known.find(({ name }) => name === 'probe') ?? record(known[0])
  return {
    name: nameOf(metadata),
    port: wholeNumber(port),
    // A headless Service has the word None here.
    clusterIps: texts(clusterIPs).filter((ip) => isIP(ip) !== 0),
    nodePort: wholeNumber(nodePort),
    outside: outsideOf(status),
    tls: false,
  }
}

export function frontOfIngress(ingress: unknown): Front {
  const { metadata, spec, status } = record(ingress)
  const tls = list(record(spec)['tls']).length > 0
  return { ...noFront, name: nameOf(metadata), port: tls ? 443 : 80, outside: outsideOf(status), tls }
}

function nameOf(metadata: unknown): string {
  const { namespace, name } = record(metadata)
  return `${text(namespace)}/${text(name)}`
}

function outsideOf(status: unknown): readonly OutsideAddress[] {
  return list(record(record(status)['loadBalancer'])['ingress']).flatMap((point) => {
    const { ip, hostname, ipMode } = record(point)
    const host = text(ip) || text(hostname)
    // Without an IP kube-proxy has nothing to short-cut; no mode means VIP, which it does short-cut.
    return host === '' ? [] : [{ host, observable: text(ip) === '' || ipMode === 'Proxy' }]
  })
}
