import { openNear } from '../directory.ts'
import type { Network } from '../network.ts'
import { apiServers, dnsReplicas, hosts, ingressReplicas, type Place, upstream } from '../topology.ts'
import { openApiServer } from './api-server.ts'
import { openDnsReplica } from './dns-replica.ts'
import type { DnsPorts } from './dns-server.ts'
import { openDnsUpstream } from './dns-upstream.ts'
import { openIngress } from './ingress.ts'
import { openKubelet } from './kubelet.ts'
import type { Running } from './listener.ts'
import type { ServiceParts } from './service-parts.ts'

/** Starts everything that the agents ask beside each other. Resolves with what closes all of it. */
export async function openServices(network: Network): Promise<() => Promise<void>> {
  const running: Running[] = []

  function openAt<T>(place: Place, open: (parts: ServiceParts) => Promise<T>): Promise<T> {
    const transport = network.transportAt(place)
    return openNear(network.directory, place, (ip, port) => open({ place, ip, port, transport }))
  }

  async function start(place: Place, open: (parts: ServiceParts) => Promise<Running>): Promise<void> {
    const service = await openAt(place, open)
    running.push(service)
    network.directory.publish('tcp', place, service.port)
  }

  async function startDns(place: Place, open: (parts: ServiceParts) => Promise<DnsPorts>): Promise<void> {
    const { tcp, udp } = await openAt(place, open)
    running.push(tcp, udp)
    network.directory.publish('tcp', place, tcp.port)
    network.directory.publish('udp', place, udp.port)
  }

  const close = async () => {
    await Promise.all(running.map((service) => service.close()))
  }
  const starting = [
    ...hosts.map((place) => start(place, openKubelet)),
    ...apiServers.map((place) => start(place, openApiServer)),
    ...ingressReplicas.map((place) => start(place, (parts) => openIngress(parts, network.random))),
    ...dnsReplicas.map((place) => startDns(place, openDnsReplica)),
    startDns(upstream, openDnsUpstream),
  ]
  const failed = (await Promise.allSettled(starting)).find((one) => one.status === 'rejected')
  if (failed === undefined) return close
  await close()
  throw failed.reason
}
