import type { Check, Variant } from '../../../src/model/check.ts'
import { apiPort, type LabNode } from '../lab/plan.ts'
import type { CellName, LabFault, Loss } from './fault.ts'
import { hostPlace, type Place, type Scene } from './scene.ts'

/** A cell of the matrices, and how much of it a fault makes fail. */
export interface ExpectedCell extends CellName {
  readonly loss: Loss
}

interface Walk {
  readonly scene: Scene
  /** What becomes of a question from `a` to `b` and the answer. */
  trip(a: Place, b: Place, full?: boolean): Loss
}

/**
 * Every cell that the agents have, and what a fault does to it: each probe is followed on its way through the cluster,
 * by where the packets must pass, and without a word from the program under test.
 */
export function expectedCells(fault: LabFault, target: string, scene: Scene): readonly ExpectedCell[] {
  const loses = (from: Place, to: Place, full: boolean) => fault.loses?.({ from, to, full }, target, scene) ?? 'none'
  const trip: Walk['trip'] = (a, b, full = false) => allOf([loses(a, b, full), loses(b, a, full)])
  return scene.agents.flatMap((agent) =>
    [...peerCells({ scene, trip }, agent), ...sharedCells({ scene, trip }, agent)].map((cell) => ({
      ...cell,
      loss: allOf([cell.loss, fault.fails?.(cell, target, scene) ?? 'none']),
    })),
  )
}

function peerCells({ scene, trip }: Walk, from: Place): readonly ExpectedCell[] {
  return scene.agents.flatMap((to) => {
    const host = hostOf(scene, to.host)
    const cell = (check: Check, loss: Loss, variant?: Variant): ExpectedCell => ({
      ...{ check, source: from.host, target: to.host, loss },
      ...(variant && { variant }),
    })
    const nodePort = allOf([trip(from, host), oneOf(scene.agents.map((backend) => trip(host, backend)))])
    const small = trip(from, to)
    return [
      cell('peer_http', small),
      cell('peer_tcp', small),
      cell('peer_udp', small),
      cell('peer_udp', small, 'fixed'),
      cell('peer_mtu', trip(from, to, true)),
      cell('host_tcp', trip(from, host)),
      cell('nodeport', nodePort),
    ]
  })
}

function sharedCells({ scene, trip }: Walk, from: Place): readonly ExpectedCell[] {
  const { internet, apiServers } = scene.plan
  const outside = { host: internet.name, zone: '', ip: internet.ips[0] ?? '' }
  const cell = (check: Check, target: string, loss: Loss, variant?: Variant): ExpectedCell => ({
    ...{ check, target, source: from.host, loss },
    ...(variant && { variant }),
  })
  const apis = apiServers.map(({ name, ips }) => ({ host: name, zone: '', ip: ips[0] ?? '' }))
  const internal = (replica: Place) => trip(from, replica)
  const external = (replica: Place) => allOf([trip(from, replica), trip(replica, outside)])
  const names = oneOf(scene.dns.map(internal))
  const api = oneOf(apis.map((server) => trip(from, server)))
  const anyAgent = oneOf(scene.agents.map((agent) => trip(from, agent)))
  const proxied = (asker: Place, one: Place) =>
    allOf([trip(asker, one), oneOf(scene.agents.map((agent) => trip(one, agent)))])
  // What a pod sends to a load balancer's address, kube-proxy sends on in the name of the node.
  const ingress = oneOf(scene.ingress.map((one) => proxied(hostOf(scene, from.host), one)))
  return [
    ...scene.dns.flatMap((replica) => [
      cell('dns_replica', nameOf(replica), internal(replica), 'internal'),
      cell('dns_replica', nameOf(replica), external(replica), 'external'),
    ]),
    cell('dns_service', '*', names, 'internal'),
    cell('dns_service', '*', oneOf(scene.dns.map(external)), 'external'),
    cell('clusterip', '*', anyAgent),
    // A few of the agents at a time, nobody here knows which.
    cell('service_canary', '*', anyAgent === 'all' ? 'some' : anyAgent),
    cell('ingress', '*', ingress),
    ...scene.ingress.map((one) => cell('ingress_replica', nameOf(one), proxied(from, one))),
    cell('apiserver_service', '*', api),
    cell('apiserver_dns', '*', allOf([names, api])),
    ...apis.map((server) => cell('apiserver_endpoint', `${server.ip}:${apiPort}`, trip(from, server))),
    cell('external', '*', trip(from, outside)),
  ]
}

function hostOf(scene: Scene, name: string): Place {
  const nodes = scene.plan.nodes.filter((node: LabNode) => node.name === name)
  return nodes.map(hostPlace)[0] ?? { host: name, zone: '', ip: '' }
}

function nameOf({ pod, ip }: Place): string {
  return pod ?? ip
}

/** Everything has to get through. */
export function allOf(losses: readonly Loss[]): Loss {
  if (losses.includes('all')) return 'all'
  return losses.includes('some') ? 'some' : 'none'
}

/** Chance chooses which way is taken. */
export function oneOf(losses: readonly Loss[]): Loss {
  if (losses.length > 0 && losses.every((loss) => loss === 'all')) return 'all'
  return losses.some((loss) => loss !== 'none') ? 'some' : 'none'
}
