import { createServer } from 'node:net'

import type { Endpoint } from '../probes/transport.ts'
import { type Place, places } from './topology.ts'

export type Protocol = 'tcp' | 'udp'

/** Who holds which real address. The cluster's addresses are the plan; real sockets may have to be elsewhere. */
export interface Directory {
  /** Where this place binds: its own address, or 127.0.0.1 where that is the only one. */
  realIp(place: Place): string
  /** `place` is reached here from now on. */
  publish(protocol: Protocol, place: Place, port: number): void
  realOf(protocol: Protocol, place: Place): Endpoint | undefined
  /** A socket from which `place` sends, until the returned function is called. */
  lend(place: Place, socket: Endpoint): () => void
  ownerOf(socket: Endpoint): Place | undefined
  /** Its address by the cluster's plan, when it answers there. */
  plannedOf(socket: Endpoint): Endpoint
}

export function createDirectory(manyAddresses: boolean): Directory {
  const real = new Map<string, Endpoint>()
  const planned = new Map<string, Place>()
  const lent = new Map<string, Place>()
  const realIp = ({ ip }: Place) => (manyAddresses ? ip : '127.0.0.1')
  return {
    realIp,
    publish(protocol, place, port) {
      const endpoint = { address: realIp(place), port }
      real.set(`${protocol}/${keyOf({ address: place.ip, port: place.port })}`, endpoint)
      if (protocol === 'udp') planned.set(keyOf(endpoint), place)
    },
    realOf: (protocol, { ip, port }) => real.get(`${protocol}/${keyOf({ address: ip, port })}`),
    lend(place, socket) {
      const key = keyOf(socket)
      lent.set(key, place)
      return () => void lent.delete(key)
    },
    ownerOf: (socket) => lent.get(keyOf(socket)),
    plannedOf(socket) {
      const place = planned.get(keyOf(socket))
      return place === undefined ? socket : { address: place.ip, port: place.port }
    },
  }
}

/** Whether the whole of 127.0.0.0/8 is ours to bind: on Linux; macOS has 127.0.0.1 alone. */
export async function hasManyLoopbacks(): Promise<boolean> {
  return (await Promise.all([...new Set(places.map(({ ip }) => ip))].map((ip) => isOurs(ip)))).every(Boolean)
}

/** Opens at the port of the plan, or at any where somebody else has it or we may not take it. */
export async function openNear<T>(
  directory: Directory,
  place: Place,
  open: (ip: string, port: number) => Promise<T>,
): Promise<T> {
  const ip = directory.realIp(place)
  if (ip !== place.ip) return open(ip, 0)
  try {
    return await open(ip, place.port)
  } catch (error) {
    if (!isTaken(error)) throw error
    return open(ip, 0)
  }
}

/** Whether the port could not be had, whoever has it. */
export function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')
}

function isOurs(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host, port: 0 }, () => server.close(() => resolve(true)))
  })
}

function keyOf({ address, port }: Endpoint): string {
  return `${address}:${port}`
}
