import type { Backend, EndpointSlice, Ingress } from './objects.ts'

/** What is to be sent where. */
export interface Route {
  /** Empty for any. */
  readonly host: string
  readonly path: string
  readonly exact: boolean
  /** Of pods, not of the Service: a proxy that chooses the pod itself does not depend on kube-proxy. */
  readonly servers: readonly string[]
}

export type FindSlices = (namespace: string, service: string) => Promise<readonly EndpointSlice[]>

/** Sorted, so that the same cluster gives the same configuration. */
export async function routesOf(ingresses: readonly Ingress[], find: FindSlices): Promise<readonly Route[]> {
  const routes: Route[] = []
  for (const { metadata, spec } of ingresses) {
    for (const { host = '', http } of spec.rules ?? []) {
      for (const { path = '/', pathType, backend } of http?.paths ?? []) {
        const { service } = backend
        const slices = service ? await find(metadata.namespace, service.name) : []
        const servers = service ? slices.flatMap((slice) => serversOf(slice, service)) : []
        routes.push({ host, path, exact: pathType === 'Exact', servers: servers.sort() })
      }
    }
  }
  return routes.sort((a, b) => keyOf(a).localeCompare(keyOf(b)))
}

/** A slice knows the names of the Service's ports, not their numbers: by number, the only port is meant. */
function serversOf({ endpoints = [], ports = [] }: EndpointSlice, { port }: Backend): readonly string[] {
  const tcp = ports.filter(({ protocol = 'TCP' }) => protocol === 'TCP')
  const number = port.name === undefined ? tcp[0]?.port : tcp.find(({ name }) => name === port.name)?.port
  if (number === undefined) return []
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false)
  return ready.flatMap(({ addresses }) => addresses.map((ip) => `${ip.includes(':') ? `[${ip}]` : ip}:${number}`))
}

function keyOf({ host, path, exact }: Route): string {
  return `${host} ${path} ${exact}`
}
