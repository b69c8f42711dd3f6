import { once } from 'node:events'

import {
  addressOf,
  type Discovery,
  familyOf,
  type Peer,
  type Replica,
  type ServiceAddress,
  type Surroundings,
} from '../model/peer.ts'
import { viewOf } from '../model/peer-choice.ts'
import type { StaticValues } from './static-fields.ts'

/** Knows what the settings say, and nothing ever changes. */
export function staticDiscovery(values: StaticValues): Discovery {
  return {
    async *watch(signal) {
      if (signal.aborted) return
      yield surroundingsOf(values)
      if (!signal.aborted) await once(signal, 'abort')
    },
  }
}

function surroundingsOf(values: StaticValues): Surroundings {
  return {
    view: viewOf(values.peers.map(peerOf)),
    dnsReplicas: values.dnsReplicas.map(withFamily),
    dnsServices: values.dnsServices.map(withFamily),
    dnsNodeLocal: values.dnsNodeLocal.map(withFamily),
    clusterIps: values.clusterIps.map(withFamily),
    canaryIps: [],
    canary: [],
    nodePort: values.nodePort,
    loadBalancers: values.loadBalancers.map(withFamily),
    ingressAddresses: values.ingressAddresses.map(withFamily),
    ingressReplicas: values.ingressReplicas.map(withFamily),
    apiServices: values.apiServices.map(withFamily),
    apiEndpoints: values.apiEndpoints.map(withFamily),
  }
}

/** As every agent with these settings knows it. */
export function peerOf({ node, zone, podUid, ips, port, hostIps, hostPort }: StaticValues['peers'][number]): Peer {
  return {
    node,
    zone,
    podUid,
    podIps: ips.map(addressOf),
    port,
    hostIps: hostIps.map(addressOf),
    hostPort,
    ready: true,
  }
}

function withFamily<Row extends Omit<Replica | ServiceAddress, 'family'>>(row: Row) {
  return { ...row, family: familyOf(row.ip) }
}
