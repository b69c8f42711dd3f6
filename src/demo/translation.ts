import type { Endpoint } from '../probes/transport.ts'
import { type Path, pathTo } from './packet.ts'
import type { Place } from './topology.ts'
import type { NetworkParts } from './transport.ts'

/** Where a datagram really goes, and the leg that may lose it. */
export interface Delivery {
  readonly real: Endpoint
  readonly leg: Path
}

export interface Translation {
  /** Undefined when nobody is there. */
  deliveryTo(to: Endpoint): Delivery | undefined
  /** Who an answer comes from, in the words of the one who asked. */
  senderOf(real: Endpoint): Endpoint
}

/** What the connection tracking of a node remembers of one socket: a virtual address keeps the backend it chose. */
export function createTranslation(place: Place, { directory, route }: NetworkParts): Translation {
  const chosen = new Map<string, Delivery | undefined>()
  const virtual = new Map<string, Endpoint>()

  function choose(to: Endpoint): Delivery | undefined {
    const way = route(place, to)
    const real = way && directory.realOf('udp', way.to)
    const leg = way?.legs[0]
    return real && leg && { real, leg }
  }

  return {
    deliveryTo(to) {
      const holder = directory.ownerOf(to)
      if (holder !== undefined) return { real: to, leg: pathTo(place, holder, to.port) }
      const key = keyOf(to)
      const delivery = chosen.has(key) ? chosen.get(key) : choose(to)
      chosen.set(key, delivery)
      if (delivery !== undefined) virtual.set(keyOf(delivery.real), to)
      return delivery
    },
    senderOf: (real) => virtual.get(keyOf(real)) ?? directory.plannedOf(real),
  }
}

function keyOf({ address, port }: Endpoint): string {
  return `${address}:${port}`
}
