/** Every scenario. To add one: write it in its family's file, then add its line here. */
export { agentCrashLoop, agentStarved, hostPortConflict, olderAgents } from './agents.ts'
export { dnsAllDown, dnsReplicaDown, dnsReplicaExternal, dnsService, dnsUpstream } from './dns.ts'
export { ipv6Cut } from './dual-stack.ts'
export {
  kubeProxyDown,
  kubeProxyOneService,
  kubeProxyStale,
  nodePortBlocked,
  nodePortsBlocked,
  staleConntrack,
} from './kube-proxy.ts'
export { mtuEverywhere, mtuNode, mtuOneWay, mtuZonePair } from './mtu.ts'
export { dnsHostDown, nodeDown, nodeLoss } from './nodes.ts'
export { latencyNode, latencyZonePair, link, spine } from './paths.ts'
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
export {
  apiserverAddress,
  apiserverDown,
  apiserverEndpoint,
  ingressAddress,
  ingressDown,
  ingressReplica,
  networkPolicy,
  serviceStale,
} from './services.ts'
export { manyNodesDown, partition, rackCut, smallZone, threeAtOnce } from './several.ts'
export { aggregatorRestart, clockSkew, nodeUpgrade, rollout, scaleUp } from './upkeep.ts'
export { twoZoneFaults, zoneCut, zoneIsolated, zoneLoss, zoneOneWay } from './zones.ts'
