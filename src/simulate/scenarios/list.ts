/** Every scenario. To add one: write it in its family's file, then add its line here. */
export { dnsReplicaDown, dnsReplicaExternal, dnsService, dnsUpstream } from './dns.ts'
export { dnsHostDown, nodeDown, nodeLoss } from './nodes.ts'
export {
  podNetworkCut,
  podNetworkFlapping,
  podNetworkIn,
  podNetworkLoss,
  podNetworkLossIn,
  podNetworkLossOut,
  podNetworkOut,
} from './pod-network.ts'
export { noFault } from './quiet.ts'
export { twoZoneFaults, zoneCut, zoneIsolated, zoneLoss, zoneOneWay } from './zones.ts'
