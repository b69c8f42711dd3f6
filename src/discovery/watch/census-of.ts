import type { AgentAddress, Census } from '../../model/census.ts'
import { familyOf, type Replica } from '../../model/peer.ts'
import { viewOf } from '../../model/peer-choice.ts'
import type { ViewNode, ViewReplica } from '../../model/recording.ts'
import { peersOf } from '../peers.ts'
import { replicasOf } from '../replicas.ts'
import type { SliceEndpoint } from '../slices.ts'
import type { NodeFacts } from './node-facts.ts'
import type { PodFacts } from './pod-facts.ts'

/** Everything that is kept, topic by topic. */
export interface Known {
  /** By name; undefined while they have never been listed. */
  readonly nodes: ReadonlyMap<string, NodeFacts> | undefined
  readonly pods: readonly PodFacts[]
  readonly dns: readonly SliceEndpoint[]
  readonly ingress: readonly SliceEndpoint[]
  readonly api: readonly SliceEndpoint[]
}

/** Those that were ready once: they stay in the census while they are not. */
export interface SeenReplicas {
  readonly dns: readonly Replica[]
  readonly ingress: readonly Replica[]
}

const nowhere: NodeFacts = { zone: '', cordoned: false, ips: [] }

/** `roundsPort`: of agents whose pod names none. */
export function censusOf(known: Known, seen: SeenReplicas, roundsPort: number): Census {
  // Until there is a list of nodes, those that have agents are all we know. A node that has left it is nobody's fault.
  const nodes = known.nodes ?? new Map(known.pods.map(({ node }) => [node, nowhere]))
  const pods = known.pods.filter(({ node }) => node !== '' && nodes.has(node))
  const agents = agentsByNode(pods)
  return {
    viewHash: viewHashOf(pods, nodes),
    nodes: sortedBy(
      [...nodes].filter(([node]) => node !== '').map(([node, facts]) => viewNode(node, facts, agents.get(node))),
      ({ node }) => node,
    ),
    replicas: [
      ...placed('dns_replica', seen.dns, known.dns),
      ...placed('ingress_replica', seen.ingress, known.ingress),
      ...apiServers(known.api, nodes),
    ],
    agents: sortedBy(
      [...agents.values()].flatMap((pod) => addressOf(pod, roundsPort)),
      ({ node }) => node,
    ),
  }
}

/** The replicas that count now, given those that counted before. */
export function seenAfter({ dns, ingress }: Known, seen: SeenReplicas): SeenReplicas {
  return { dns: replicasOf(dns, seen.dns), ingress: replicasOf(ingress, seen.ingress) }
}

function viewNode(node: string, { zone, cordoned }: NodeFacts, pod: PodFacts | undefined): ViewNode {
  const [ip] = pod?.ips ?? []
  return { node, zone, podUid: pod?.uid ?? '', ...(ip !== undefined && { ip }), ready: pod?.ready ?? false, cordoned }
}

function addressOf({ node, uid, ips, port }: PodFacts, roundsPort: number): readonly AgentAddress[] {
  return ips.slice(0, 1).map((host) => ({ node, podUid: uid, host, port: port || roundsPort }))
}

/** One a node: in a rolling update there are two for a moment. */
function agentsByNode(pods: readonly PodFacts[]): ReadonlyMap<string, PodFacts> {
  const agents = new Map<string, PodFacts>()
  for (const pod of pods) {
    const other = agents.get(pod.node)
    if (other === undefined || winsOver(pod, other)) agents.set(pod.node, pod)
  }
  return agents
}

function winsOver(pod: PodFacts, other: PodFacts): boolean {
  if (pod.ready !== other.ready) return pod.ready
  if (pod.createdMs !== other.createdMs) return pod.createdMs > other.createdMs
  return pod.uid > other.uid
}

/**
 * As the agents compute it, from what the API server's slices tell them of the same pods: those that have an address,
 * without those that are leaving, and of two on one node the one that `peersOf` takes.
 */
function viewHashOf(pods: readonly PodFacts[], nodes: ReadonlyMap<string, NodeFacts>): string {
  const endpoints = pods.flatMap(({ uid, node, ips, ready, terminating }) =>
    ips.slice(0, 1).map((ip) => {
      const zone = nodes.get(node)?.zone ?? ''
      return { ip, node, zone, pod: uid, podUid: uid, ready, terminating, port: 1 }
    }),
  )
  return viewOf(peersOf(endpoints, 0, [])).hash
}

/** Both addresses of a replica are one replica. */
function placed(
  check: 'dns_replica' | 'ingress_replica',
  replicas: readonly Replica[],
  endpoints: readonly SliceEndpoint[],
): readonly ViewReplica[] {
  const hosts = new Map(endpoints.map(({ pod, ip, node }) => [pod || ip, node]))
  return [...new Set(replicas.map(({ name }) => name))].map((name) => replica(check, name, hosts.get(name)))
}

/** Their slice names no node, but an API server in a pod has the address of its node. */
function apiServers(endpoints: readonly SliceEndpoint[], nodes: ReadonlyMap<string, NodeFacts>) {
  const byIp = new Map([...nodes].flatMap(([node, { ips }]) => ips.map((ip) => [ip, node] as const)))
  const named = new Map(endpoints.map(({ ip, port }) => [familyOf(ip) === 6 ? `[${ip}]:${port}` : `${ip}:${port}`, ip]))
  return [...named].sort().map(([name, ip]) => replica('apiserver_endpoint', name, byIp.get(ip)))
}

function replica(check: ViewReplica['check'], name: string, node: string | undefined): ViewReplica {
  return { check, name, ...(node !== undefined && node !== '' && { node }) }
}

function sortedBy<Row>(rows: readonly Row[], key: (row: Row) => string): readonly Row[] {
  return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}
