import { createServer } from 'node:net'
import { openNear } from '../../src/demo/directory.ts'
import { createNetwork, type Network } from '../../src/demo/network.ts'
import { listenOn } from '../../src/demo/services/listener.ts'
import { openServices } from '../../src/demo/services/open-services.ts'
import { agents, type Place } from '../../src/demo/topology.ts'
import type { Datagrams, Endpoint } from '../../src/probes/transport.ts'

export interface Cluster extends Network {
  close(): Promise<void>
}

/** The demo's network and services; in the agents' places, something that accepts connections and echoes datagrams. */
export async function openCluster(manyAddresses?: boolean): Promise<Cluster> {
  const network = await createNetwork('test', manyAddresses)
  const closeServices = await openServices(network)
  const standIns = await Promise.all(agents.map((place) => openStandIn(network, place)))
  return {
    ...network,
    async close() {
      network.proxies.close()
      await Promise.all([closeServices(), ...standIns.map((close) => close())])
    },
  }
}

async function openStandIn(network: Network, place: Place) {
  const { directory } = network
  const tcp = await openNear(directory, place, (ip, port) => listenOn(createServer(), ip, port))
  directory.publish('tcp', place, tcp.port)
  const udp = network.transportAt(place).openUdp(4)
  udp.on('message', (bytes, from) => udp.send(bytes, from.port, from.address, () => {}))
  await bound(udp, directory.realIp(place))
  directory.publish('udp', place, udp.address().port)
  return async () => {
    udp.close()
    await tcp.close()
  }
}

function bound(socket: Datagrams, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.on('listening', resolve)
    socket.on('error', reject)
    socket.bind({ address, port: 0 })
  })
}

/** What a connection comes to within `ms`: an answer, a refusal, or nothing at all. */
export function connecting({ transportAt }: Network, from: Place, to: Endpoint, ms = 400): Promise<string> {
  const socket = transportAt(from).connect(to)
  return new Promise<string>((resolve) => {
    setTimeout(resolve, ms, 'silence')
    socket.once('connect', () => resolve(`reached ${socket.remoteAddress}`))
    socket.once('error', (error) => resolve(`error ${error.message}`))
  }).finally(() => socket.destroy())
}

/** Where the echo of a datagram comes from; silence when none does. */
export function echoed({ transportAt }: Network, from: Place, to: Endpoint, bytes = 100, ms = 400): Promise<string> {
  const socket = transportAt(from).openUdp(4)
  return new Promise<string>((resolve) => {
    setTimeout(resolve, ms, 'silence')
    socket.on('message', (_, sender) => resolve(`echo from ${sender.address}:${sender.port}`))
    socket.send(Buffer.alloc(bytes), to.port, to.address, () => {})
  }).finally(() => socket.close())
}

export function endpoint({ ip, port }: Pick<Place, 'ip' | 'port'>): Endpoint {
  return { address: ip, port }
}

export function placeIn(places: readonly Place[], name: string): Place {
  const place = places.find((known) => known.name === name)
  if (place === undefined) throw new Error(`no ${name}`)
  return place
}
