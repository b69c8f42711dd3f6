import { portFor } from '../directory.ts'
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

  async function partsOf(place: Place): Promise<ServiceParts> {
    const { directory } = network
    const port = await portFor(directory, place)
    return { place, ip: directory.realIp(place), port, transport: network.transportAt(place) }
  }

  async function start(place: Place, open: (parts: ServiceParts) => Promise<Running>): Promise<void> {
    const service = await open(await partsOf(place))
    running.push(service)
    network.directory.publish('tcp', place, service.port)
  }

  async function startDns(place: Place, open: (parts: ServiceParts) => Promise<DnsPorts>): Promise<void> {
    const { tcp, udp } = await open(await partsOf(place))
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
