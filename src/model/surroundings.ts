import type { Surroundings } from './peer.ts'
import { viewOf } from './peer-choice.ts'

/** What an agent knows before discovery has said anything. */
export const nothingKnown: Surroundings = {
  view: viewOf([]),
  dnsReplicas: [],
  dnsServices: [],
  dnsNodeLocal: [],
  clusterIps: [],
  canaryIps: [],
  canary: [],
  nodePort: 0,
  loadBalancers: [],
  ingressAddresses: [],
  ingressReplicas: [],
  apiServices: [],
  apiEndpoints: [],
}
