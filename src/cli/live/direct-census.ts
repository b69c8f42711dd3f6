import type { Fields } from '../../config/fields.ts'
import { kubernetesFields } from '../../discovery/kubernetes-fields.ts'
import { type CensusValues, censusFields } from '../../discovery/watch/census-fields.ts'
import { censusOf, type Known, seenAfter } from '../../discovery/watch/census-of.ts'
import { podFacts } from '../../discovery/watch/pod-facts.ts'
import { type KeptTopic, topicsOf } from '../../discovery/watch/topics.ts'
import { pathOf } from '../../kubernetes/topic.ts'
import type { Census } from '../../model/census.ts'
import { nameOf } from './forwarded.ts'
import type { Cluster } from './kube-cluster.ts'
import { listed } from './listed.ts'
import { UnreachedError } from './unreached-error.ts'

export interface DirectCensus {
  readonly census: Census
  /** The name of an agent's pod, by its UID. */
  readonly podNames: ReadonlyMap<string, string>
  /** What could not be listed, in sentences. */
  readonly troubles: readonly string[]
}

/** What the API server says of nodes, agents and shared targets, listed once. Throws an UnreachedError without agents. */
export async function directCensus(cluster: Cluster, namespace: string, signal: AbortSignal): Promise<DirectCensus> {
  const troubles: string[] = []
  const topics = topicsOf(defaults, namespace)
  const all = (topic: KeptTopic<unknown>) => listed(cluster, pathOf(topic, {}), signal)

  /** A right to read the agents is needed; without the others less is known. */
  async function ifAllowed(topic: KeptTopic<unknown> | undefined): Promise<readonly unknown[] | undefined> {
    try {
      return topic === undefined ? undefined : await all(topic)
    } catch (error) {
      if (!(error instanceof UnreachedError)) throw error
      troubles.push(`${topic?.subject} stay unknown: ${error.message}`)
      return undefined
    }
  }

  const [pods, nodes, api, dns] = await Promise.all([
    all(topics.pods),
    ...[topics.nodes, topics.api, topics.dns].map(ifAllowed),
  ])
  const known: Known = {
    nodes: nodes && new Map(nodes.map((node) => [nameOf(node), topics.nodes.read(node)])),
    pods: pods.map(podFacts),
    api: (api ?? []).flatMap(topics.api.read),
    dns: topics.dns === undefined ? [] : (dns ?? []).flatMap(topics.dns.read),
    ingress: [],
  }
  const census = censusOf(known, seenAfter(known, { dns: [], ingress: [] }), defaults.roundsPort)
  if (census.agents.length === 0) {
    throw new UnreachedError(`no agent in namespace ${namespace} of ${cluster.name}; name another with --namespace`)
  }
  return { census, podNames: new Map(pods.map((pod) => [podFacts(pod).uid, nameOf(pod)])), troubles }
}

const defaults = { ...fallbacks(kubernetesFields), ...fallbacks(censusFields) } as CensusValues

function fallbacks(fields: Fields): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).map(([name, { fallback }]) => [name, fallback]))
}
