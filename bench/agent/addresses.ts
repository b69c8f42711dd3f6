/** Where everything of the benchmark's cluster is: loopback addresses, one a node. */
export const probePort = 7790
export const metricsPort = 7791
export const dnsPort = 5399
export const apiPort = 6499
export const dnsReplicas = ['127.2.0.1', '127.2.0.2', '127.2.0.3', '127.2.0.4', '127.2.0.5', '127.2.0.6']
export const apiServers = ['127.2.1.1', '127.2.1.2']

/** Node 1 is the agent that is measured. */
export function ipOf(node: number): string {
  return `127.1.${node >> 8}.${node & 255}`
}

export function nameOf(node: number): string {
  return `node-${String(node).padStart(4, '0')}`
}

export function zoneOf(node: number): string {
  return `zone-${'abc'[node % 3]}`
}
