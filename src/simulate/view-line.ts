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
  /** Nodes on which no agent runs. */
  readonly podless: readonly number[]
}

/** Rounds until the control plane calls a node that is silent not ready. */
const graceRounds = 4
const endOfRound = 0.999

/** What the aggregator's watch shows at the end of a round. */
export function viewLine({ cluster, life, stage, present, round, podless }: Viewing): ViewLine {
  const cordoned = stage.cordoned()
  const row = (node: number, podUid: string, ready: boolean) => {
    const zone = cluster.zones[cluster.zoneOf[node] ?? 0] ?? ''
    return { node: cluster.nodes[node] ?? '', zone, podUid, ready, cordoned: cordoned.has(node) }
  }
  const nodes = [
    ...present.map((node) => row(node, life.podUid(node), isReady(node))),
    ...podless.map((node) => row(node, '', false)),
  ]

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
