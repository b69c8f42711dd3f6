import type { Fields } from '../config/fields.ts'
import { ingressHost } from './services/ingress.ts'

type Values = Readonly<Record<string, unknown>>

/** The settings of every check: their defaults, but for what is particular about the demo's cluster. */
export function demoChecks(
  tables: Readonly<Record<string, Fields>>,
  { caFile }: { readonly caFile: string },
): Readonly<Record<string, Values>> {
  const viaIngress = { host: ingressHost }
  const ofApi = { caFile }
  const particular: Readonly<Record<string, Values>> = {
    // Loopback takes 64 KiB at once; the network that is played here is an Ethernet.
    peer_mtu: { bytes: 1500 },
    ingress: viaIngress,
    ingress_replica: viaIngress,
    apiserver_service: ofApi,
    apiserver_dns: ofApi,
    apiserver_endpoint: ofApi,
  }
  return Object.fromEntries(
    Object.entries(tables).map(([check, table]) => {
      const defaults = Object.entries(table).map(([name, { fallback }]) => [name, fallback])
      return [check, { ...Object.fromEntries(defaults), ...particular[check] }]
    }),
  )
}
