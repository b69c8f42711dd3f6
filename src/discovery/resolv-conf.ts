import { isIP } from 'node:net'

export interface NameServers {
  /** Virtual addresses of the cluster's DNS Service. */
  readonly service: readonly string[]
  /** A DNS cache on the node. */
  readonly nodeLocal: readonly string[]
}

/** Whom a pod asks for names. The agent may not read the DNS Service itself, but the kubelet wrote its address here. */
export function nameServersIn(resolvConf: string): NameServers {
  const found = resolvConf.split('\n').flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? [])
  const addresses = found.filter((ip) => isIP(ip) !== 0 && !isLoopback(ip))
  return { service: addresses.filter((ip) => !isLinkLocal(ip)), nodeLocal: addresses.filter(isLinkLocal) }
}

/** Link-local addresses are where a node-local cache listens: 169.254.20.10 by convention. */
function isLinkLocal(ip: string): boolean {
  return /^(169\.254\.|fe[89ab])/i.test(ip)
}

/** A resolver of a machine, not of a cluster. */
function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1'
}
