import type { Cluster } from './cluster.ts'
import type { Life } from './life.ts'
import { services, type Weather } from './weather.ts'

/** Where nothing but chance can make a probe fail, so that its packets need not be followed one by one. */
export interface Calm {
  /** Between two hosts, there and back. */
  between(a: number, b: number): boolean
  /** Nothing about Services, DNS, ingress and API servers is broken anywhere. */
  readonly services: boolean
  node(node: number): boolean
}

export function calmIn(cluster: Cluster, life: Life, moments: readonly Weather[]): Calm {
  const { hosts, zoneOf, nodes } = cluster
  const width = cluster.zones.length + 1
  const host = new Uint8Array(hosts)
  const border = new Uint8Array(width * width)
  let [everywhere, shared] = [true, true]
  for (const now of moments) {
    const byHost = [
      now.host,
      now.podIn,
      now.podOut,
      now.largeIn,
      now.largeOut,
      now.ipv6,
      now.nodePort,
      now.hostDelay,
      now.starved,
    ]
    for (const list of [...byHost, now.staleProxy, now.agent, ...Object.values(now.proxy)]) mark(list, host)
    for (const list of [now.zone, now.zoneLarge, now.zoneDelay]) mark(list, border)
    everywhere &&= now.fabric === 0 && now.deadSpines === 0
    for (const key of now.pairs.keys()) host[key % hosts] = host[Math.floor(key / hosts)] = 1
    shared &&= isFine(now)
  }
  for (let node = 0; node < nodes.length; node++) if (life.isTouched(node)) host[node] = 1
  const open = (a: number, b: number) => border[(zoneOf[a] ?? 0) * width + (zoneOf[b] ?? 0)] === 0
  return {
    services: shared && everywhere && !host.includes(1) && !border.includes(1),
    node: (node) => host[node] === 0,
    between: (a, b) => everywhere && host[a] === 0 && host[b] === 0 && open(a, b) && open(b, a),
  }
}

function mark(list: ArrayLike<number>, into: Uint8Array): void {
  for (let i = 0; i < list.length; i++) if ((list[i] ?? 0) > 0) into[i] = 1
}

function isFine(now: Weather): boolean {
  const quiet = services.every((name) => !now.deadAddress[name] && now.deadBackend[name] + now.serviceDelay[name] === 0)
  const replicas = [...now.dns, ...now.dnsExternal, ...now.ingress, ...now.api]
  return quiet && now.dnsUpstream === 0 && replicas.every((state) => state === 0)
}
