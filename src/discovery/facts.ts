import { isIP } from 'node:net'

import type { CanaryGeneration, LoadBalancer, Peer, Replica, ServiceAddress, Surroundings } from '../model/peer.ts'
import { viewOf } from '../model/peer-choice.ts'
import type { Given } from './given.ts'
import { serviceAt } from './service-address.ts'
import { type Front, noFront } from './service-objects.ts'

/** The last known answer to every question, each kept through any outage. */
export interface Facts {
  readonly peers: readonly Peer[]
  readonly dnsReplicas: readonly Replica[]
  readonly ingressReplicas: readonly Replica[]
  readonly apiEndpoints: readonly ServiceAddress[]
  readonly own: Front
  readonly balanced: Front
  readonly canaryFront: Front
  readonly canary: readonly CanaryGeneration[]
  /** Whether somebody still changes its backends: else they may be pods that are long gone. */
  readonly canaryTurns: boolean
  readonly ingress: Front
  /** Addresses of the names that clouds give to load balancers. */
  readonly named: ReadonlyMap<string, readonly string[]>
}

export const noFacts: Facts = {
  peers: [],
  dnsReplicas: [],
  ingressReplicas: [],
  apiEndpoints: [],
  own: noFront,
  balanced: noFront,
  canaryFront: noFront,
  canary: [],
  canaryTurns: false,
  ingress: noFront,
  named: new Map(),
}

export function surroundingsOf(
  facts: Facts,
  { nameServers, dnsName, nodeLocalName, apiServices }: Given,
): Surroundings {
  const { own, balanced, canaryFront, canaryTurns, ingress } = facts
  return {
    view: viewOf(facts.peers),
    dnsReplicas: facts.dnsReplicas,
    dnsServices: nameServers.service.map((ip) => serviceAt(dnsName, ip, 53)),
    dnsNodeLocal: nameServers.nodeLocal.map((ip) => serviceAt(nodeLocalName, ip, 53)),
    clusterIps: own.clusterIps.map((ip) => serviceAt(own.name, ip, own.port)),
    canaryIps: canaryTurns ? canaryFront.clusterIps.map((ip) => serviceAt(canaryFront.name, ip, canaryFront.port)) : [],
    canary: facts.canary,
    nodePort: own.nodePort,
    loadBalancers: outsideOf(balanced, facts),
    ingressAddresses: outsideOf(ingress, facts).map(({ name, ip, port }) => serviceAt(name, ip, port)),
    ingressReplicas: facts.ingressReplicas,
    apiServices,
    apiEndpoints: facts.apiEndpoints,
  }
}

/** Names whose addresses nobody but DNS knows. */
export function namesIn({ balanced, ingress }: Facts): readonly string[] {
  const hosts = [balanced, ingress].flatMap(({ outside }) => outside.map(({ host }) => host))
  return [...new Set(hosts)].filter((host) => isIP(host) === 0)
}

function outsideOf({ name, port, outside }: Front, { named }: Facts): readonly LoadBalancer[] {
  return outside.flatMap(({ host, observable }) =>
    (isIP(host) === 0 ? (named.get(host) ?? []) : [host]).map((ip) => ({
      ...serviceAt(name, ip, port),
      observable,
    })),
  )
}
