import { apiDown, apiEndpoint } from './api.ts'
import { dnsReplicaDown, dnsReplicaExternal, dnsUpstream } from './dns.ts'
import { fabricLoss } from './fabric.ts'
import { ingressAddress, ingressDown, ingressReplica } from './ingress.ts'
import type { Mode, Suspect } from './mode.ts'
import { mtuBetweenZones, mtuEverywhere, mtuOfNode } from './mtu.ts'
import { agentDown, agentSlow, nodeDown } from './node.ts'
import { podNetworkCut, podNetworkIn, podNetworkOut } from './pod-network.ts'
import {
  apiService,
  dnsService,
  kubeProxy,
  kubeProxyOfService,
  nodePortBlocked,
  nodePortsBlocked,
  serviceStale,
} from './services.ts'
import { zoneCut, zoneIsolated, zoneOneWay } from './zones.ts'

/** THE LIST: every way to break that is searched for. To add one: write it in its family's file, add its line here. */
export const modes: readonly Mode[] = [
  nodeDown,
  podNetworkCut,
  podNetworkIn,
  podNetworkOut,
  agentDown,
  agentSlow,
  kubeProxy,
  kubeProxyOfService,
  nodePortBlocked,
  nodePortsBlocked,
  mtuOfNode,
  zoneOneWay,
  zoneCut,
  zoneIsolated,
  mtuBetweenZones,
  mtuEverywhere,
  dnsReplicaDown,
  dnsReplicaExternal,
  dnsUpstream,
  dnsService,
  ingressReplica,
  ingressAddress,
  ingressDown,
  apiEndpoint,
  apiDown,
  apiService,
  serviceStale,
  fabricLoss,
]

const bySuspect = Map.groupBy(modes.keys(), (mode) => modes[mode]?.suspect)
const none: readonly number[] = []

/** By index, the ways in which such a suspect breaks. */
export function modesOf(suspect: Suspect): readonly number[] {
  return bySuspect.get(suspect) ?? none
}
