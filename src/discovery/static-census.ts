import { once } from 'node:events'

import type { Census, CensusSource } from '../model/census.ts'
import { viewOf } from '../model/peer-choice.ts'
import type { ViewReplica } from '../model/recording.ts'
import { peerOf } from './static.ts'
import type { StaticValues } from './static-fields.ts'

/** Knows what the settings say: the same list that static agents have. All are ready, and nothing ever changes. */
export function staticCensus(values: StaticValues): CensusSource {
  return {
    async *watch(signal) {
      if (signal.aborted) return
      yield censusOf(values)
      if (!signal.aborted) await once(signal, 'abort')
    },
  }
}

function censusOf({ peers, dnsReplicas, ingressReplicas, apiEndpoints }: StaticValues): Census {
  return {
    viewHash: viewOf(peers.map(peerOf)).hash,
    nodes: peers.map(({ node, zone, podUid, ips: [ip] }) => ({
      node,
      zone,
      podUid: podUid || node,
      ...(ip !== undefined && { ip }),
      ready: true,
      cordoned: false,
    })),
    replicas: [
      ...named('dns_replica', dnsReplicas),
      ...named('ingress_replica', ingressReplicas),
      ...named('apiserver_endpoint', apiEndpoints),
    ],
    agents: peers.map(({ node, podUid, ips: [host = ''], roundsPort: port }) => ({ node, podUid, host, port })),
  }
}

/** Both addresses of a replica are one replica. */
function named(check: ViewReplica['check'], rows: readonly { readonly name: string }[]): readonly ViewReplica[] {
  return [...new Set(rows.map(({ name }) => name))].map((name) => ({ check, name }))
}
