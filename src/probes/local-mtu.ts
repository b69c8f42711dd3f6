import { readFileSync } from 'node:fs'
import { BlockList } from 'node:net'

import { familyOf } from '../model/peer.ts'

/** A line of the kernel's routing table. */
export interface Route {
  readonly network: string
  readonly prefix: number
  readonly device: string
  /** 0 when the kernel shows none. */
  readonly mtu: number
}

const usualMtu = 1500
const rereadMs = 60_000
const upOrReject = 0x0201
const up = 0x0001
const hexAddress = /^([0-9a-f]{8}|[0-9a-f]{32})$/i

/** Addresses of loopback are in a table that the kernel does not show there. */
const loopback: Route = { network: '127.0.0.0', prefix: 8, device: 'lo', mtu: 0 }

/** The largest packet that this node sends towards an address in one piece, as far as the kernel shows it. */
export function createMtuLookup(wallMs: () => number): (address: string) => number {
  let routes: readonly Route[] = []
  let readMs = Number.NEGATIVE_INFINITY
  return (address) => {
    if (Math.abs(wallMs() - readMs) > rereadMs) {
      readMs = wallMs()
      routes = [loopback, ...readRoutes4(textOf('/proc/net/route')), ...readRoutes6(textOf('/proc/net/ipv6_route'))]
    }
    const route = routeTo(address, routes)
    const device = Number(textOf(`/sys/class/net/${route?.device ?? ''}/mtu`)) || usualMtu
    return route === undefined || route.mtu === 0 ? device : Math.min(device, route.mtu)
  }
}

/** The most specific route; the first of equals. */
export function routeTo(address: string, routes: readonly Route[]): Route | undefined {
  const family = familyOf(address)
  let best: Route | undefined
  for (const route of routes) {
    if (familyOf(route.network) !== family || route.prefix <= (best?.prefix ?? -1)) continue
    const network = new BlockList()
    network.addSubnet(route.network, route.prefix, `ipv${family}`)
    if (network.check(address, `ipv${family}`)) best = route
  }
  return best
}

/**
 * Of `/proc/net/route`. Its column MTU is what a route's `advmss` implies: the kernel does not show a route's own
 * `mtu` there, so a network that sets only that needs the setting `bytes`.
 */
export function readRoutes4(text: string): readonly Route[] {
  return rowsOf(text).flatMap(([device = '', network = '', , flags = '', , , , mask = '', mtu = '']) =>
    isUsable(network, flags) ? [{ device, network: ip4(network), prefix: bitsIn(mask), mtu: Number(mtu) }] : [],
  )
}

/** Of `/proc/net/ipv6_route`, which shows no MTU. */
export function readRoutes6(text: string): readonly Route[] {
  return rowsOf(text).flatMap(([network = '', prefix = '', , , , , , , flags = '', device = '']) =>
    isUsable(network, flags) ? [{ device, network: ip6(network), prefix: Number.parseInt(prefix, 16), mtu: 0 }] : [],
  )
}

function rowsOf(text: string): readonly (readonly string[])[] {
  return text.split('\n').map((line) => line.trim().split(/\s+/))
}

/** Not the heading, and a route that leads somewhere. */
function isUsable(network: string, flags: string): boolean {
  return hexAddress.test(network) && (Number.parseInt(flags, 16) & upOrReject) === up
}

/** Written with the last byte first. */
function ip4(hex: string): string {
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.')
}

function ip6(hex: string): string {
  return (hex.match(/.{4}/g) ?? []).join(':')
}

function bitsIn(hex: string): number {
  return [...Number.parseInt(hex, 16).toString(2)].filter((bit) => bit === '1').length
}

/** Empty when it cannot be read: not Linux, or a file system that hides it. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
