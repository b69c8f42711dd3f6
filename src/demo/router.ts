import type { Endpoint } from '../probes/transport.ts'
import type { FaultTable } from './fault-table.ts'
import { backward, forward, type Path, pathTo } from './packet.ts'
import type { ProxyTables } from './proxy-tables.ts'
import { hosts, nodePort, type Place, places, type Service, services, upstream } from './topology.ts'

/** How a conversation reaches the one who answers it: leg by leg, translations included. */
export interface Route {
  readonly legs: readonly Path[]
  readonly to: Place
}

export interface RouterParts {
  readonly faults: FaultTable
  readonly proxies: ProxyTables
  readonly random: () => number
}

export type Router = (from: Place, to: Endpoint) => Route | undefined

const synBytes = 60

/**
 * Finds who answers at an address of the demo's cluster, like the rules of kube-proxy: virtual addresses and NodePorts
 * choose a backend for every new conversation. Undefined when nobody is there: silence, as at a pod that is gone.
 */
export function createRouter({ faults, proxies, random }: RouterParts): Router {
  const isWell = (leg: Path) =>
    [forward(leg, synBytes), backward(leg, synBytes)].every((packet) => faults.fate(packet).loss < 1)

  function choose<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(random() * list.length)]
  }

  function throughNodePort(from: Place, host: Place): Route | undefined {
    const backend = choose(proxies.backends(host.node, services.own))
    if (backend === undefined) return undefined
    return { legs: [pathTo(from, host, nodePort), pathTo(host, backend, backend.port)], to: backend }
  }

  function throughService(from: Place, service: Service): Route | undefined {
    if (service.over === 'host') {
      // The load balancer's own health checks come from outside the cluster.
      const host = choose(hosts.filter((candidate) => isWell(pathTo(upstream, candidate, nodePort))))
      return host && throughNodePort(from, host)
    }
    const backend = choose(proxies.backends(from.node, service))
    return backend && direct(from, backend)
  }

  return (from, { address, port }) => {
    const service = Object.values(services).find((known) => known.ip === address && known.port === port)
    if (service !== undefined) return throughService(from, service)
    const host = hosts.find(({ ip }) => ip === address)
    if (host !== undefined && port === nodePort) return throughNodePort(from, host)
    const place = places.find((known) => known.ip === address && known.port === port)
    return place && direct(from, place)
  }
}

function direct(from: Place, to: Place): Route {
  return { legs: [pathTo(from, to, to.port)], to }
}
