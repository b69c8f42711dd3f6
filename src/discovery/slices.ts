import { isIP } from 'node:net'

import { list, record, text, texts, wholeNumber } from '../kubernetes/json.ts'

/** What an EndpointSlice says that we need, address by address. */
export interface SliceEndpoint {
  readonly ip: string
  readonly node: string
  readonly zone: string
  /** `namespace/name` and UID of the pod behind it; empty when something else is. */
  readonly pod: string
  readonly podUid: string
  readonly ready: boolean
  readonly terminating: boolean
  readonly port: number
}

/** The endpoints in `slices`, with the port that is called one of `portNames`, else the first of each slice. */
export function endpointsOf(slices: readonly unknown[], portNames: readonly string[]): readonly SliceEndpoint[] {
  return slices.flatMap((slice) => {
    // An empty slice has `null` where others have lists.
    const { endpoints, ports } = record(slice)
    const port = portOf(ports, portNames)
    return port === 0 ? [] : list(endpoints).flatMap((endpoint) => endpointOf(endpoint, port))
  })
}

function portOf(ports: unknown, names: readonly string[]): number {
  const known = list(ports).map(record)
  const named = names.map((name) => known.find((port) => port['name'] === name))
  return wholeNumber((named.find((port) => port !== undefined) ?? known[0])?.['port'])
}

function endpointOf(endpoint: unknown, port: number): readonly SliceEndpoint[] {
  const { addresses, conditions, nodeName, targetRef, zone } = record(endpoint)
  // The API's rule: consumers use the first address only, as all are fungible.
  const ip = texts(addresses)[0] ?? ''
  if (isIP(ip) === 0) return []
  const { ready, terminating } = record(conditions)
  const { kind, namespace, name, uid } = record(targetRef)
  const isPod = kind === 'Pod'
  return [
    {
      ip,
      node: text(nodeName),
      zone: text(zone),
      pod: isPod ? `${text(namespace)}/${text(name)}` : '',
      podUid: isPod ? text(uid) : '',
      // A missing condition means ready, and not terminating.
      ready: ready !== false,
      terminating: terminating === true,
      port,
    },
  ]
}
