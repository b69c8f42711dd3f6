import type { ViewLine, ViewReplica } from '../model/recording.ts'
import type { Cluster } from './cluster.ts'
import { agentState, type Life } from './life.ts'
import type { Stage } from './stage.ts'
import { health } from './weather.ts'

export interface Viewing {
  readonly cluster: Cluster
  readonly life: Life
  readonly stage: Stage
  readonly present: readonly number[]
  readonly round: number
  readonly index: number
}

/** Rounds until the control plane calls a node that is silent not ready. */
const graceRounds = 4
const endOfRound = 0.999

/** What the aggregator's watch shows at the end of a round. */
export function viewLine({ cluster, life, stage, present, round }: Viewing): ViewLine {
  const cordoned = stage.cordoned()
  const nodes = present.map((node) => ({
    node: cluster.nodes[node] ?? '',
    zone: cluster.zones[cluster.zoneOf[node] ?? 0] ?? '',
    podUid: life.podUid(node),
    ready: isReady(node),
    cordoned: cordoned.has(node),
  }))

  /** A kubelet asks its own pods; when it is gone itself, its last word holds for a while. */
  function isReady(node: number): boolean {
    if (stage.goneFor(node) > 0) return stage.goneFor(node) <= graceRounds
    return agentState(life, stage.after(), node, endOfRound) === health.well
  }

  return { kind: 'view', round, viewHash: life.viewHash(-1, round), nodes, replicas: replicasOf(cluster) }
}

function replicasOf({ dns, ingress, api, nodes }: Cluster): readonly ViewReplica[] {
  const on = (host: number) => (nodes[host] === undefined ? {} : { node: nodes[host] })
  return [
    ...dns.map(({ name, host }) => ({ check: 'dns_replica' as const, name, ...on(host) })),
    ...ingress.map(({ name, host }) => ({ check: 'ingress_replica' as const, name, ...on(host) })),
    ...api.map(({ name, host }) => ({ check: 'apiserver_endpoint' as const, name, ...on(host) })),
  ]
}
