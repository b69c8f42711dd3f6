import type { Aggregator } from '../aggregator/aggregator.ts'
import { namespaceOf, serverAddress } from '../discovery/given.ts'
import type { ApiRequest, ApiServer } from '../kubernetes/api-client.ts'
import type { Clock } from '../model/clock.ts'
import type { Finding } from '../model/finding.ts'
import type { Signer } from '../model/pull.ts'
import { followAgentEvents } from '../publish/agent-events.ts'
import { keepCanary } from '../publish/canary.ts'
import { createFindingEvents } from '../publish/events.ts'
import { alwaysLeading } from '../publish/leadership.ts'
import { createElection } from '../publish/lease.ts'
import { createNodeConditions } from '../publish/node-condition.ts'
import type { ClusterIo } from './cluster-io.ts'
import type { Values } from './settings.ts'

/** Longer than this no write may take: it has to end before another replica may lead. */
const requestMs = 5000
const leaseMs = 15_000
const renewMs = 5000
/** Agents look every half minute and more: a stale kube-proxy shows within 80 s, by arithmetic. */
const canaryMs = 30_000

export interface PublishingParts extends ClusterIo {
  readonly values: Values
  readonly replica: string
  readonly signer: Signer
  readonly clock: Clock
}

/** What an aggregator tells Kubernetes, and hears from it beside the census. */
export interface Publishing {
  /** Who writes; undefined when nobody does, or it is not known. */
  holder(): string | undefined
  /** Whether another replica knows more than we do. */
  isOutranked(): boolean
  /** All findings of a round, those that closed in it too. */
  observe(findings: readonly Finding[]): void
  /** Those of a round of before the start, which ended then. */
  recall(findings: readonly Finding[], wallMs: number): void
  /** Until `signal` aborts; no outage of the API server makes it reject. */
  run(signal: AbortSignal): Promise<void>
}

type Seen = Pick<Aggregator, 'census' | 'standing' | 'hear'>

/** Joins the writers. `seen` is what the aggregator knows; `onRequest` is told of every request. */
export async function preparePublishing(
  parts: PublishingParts,
  seen: () => Seen,
  onRequest: (request: ApiRequest) => void,
): Promise<Publishing> {
  const { values, replica, clock, signer } = parts
  const { kubernetes } = values.discovery
  const { lease, events, nodeCondition, canary } = values.aggregator
  const namespace = await namespaceOf(kubernetes, parts.readFile)
  const server = serverFor(parts, onRequest)
  const common = { server, namespace, clock, random: Math.random, log: parts.log }
  const election = lease.enabled
    ? createElection({ ...common, name: lease.name, identity: replica, durationMs: leaseMs, renewMs, reach })
    : { ...alwaysLeading, holder: () => replica, isAlone: () => true, isOutranked: () => false, run: async () => {} }
  const leading = election
  const telling = events.enabled
    ? createFindingEvents({
        ...{ ...common, leading, teller: { namespace, identity: replica } },
        home: { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: events.deployment },
        namespaces: [kubernetes.dnsNamespace, kubernetes.ingressNamespace].filter((name) => name !== ''),
      })
    : undefined
  const nodes = () => seen().census().nodes.length
  const conditions = nodeCondition.enabled
    ? createNodeConditions({ ...common, leading, isAlone: election.isAlone, nodes })
    : undefined
  const turned = { ...common, leading, service: kubernetes.canaryService, port: values.listen.port, everyMs: canaryMs }
  const heard = { ...common, signer, roundMs: values.round, onRequest: () => {} }

  function reach() {
    const { heard: told, agents, judgedAt } = seen().standing()
    return { seen: told, known: agents, atMs: judgedAt === undefined ? 0 : Date.parse(judgedAt) }
  }

  return {
    holder: election.holder,
    isOutranked: election.isOutranked,
    observe(findings) {
      telling?.observe(findings)
      conditions?.observe(findings)
    },
    recall: (findings, wallMs) => telling?.recall(findings, wallMs),
    async run(signal) {
      await Promise.all([
        election.run(signal),
        telling?.run(signal),
        conditions?.run(signal),
        canary.enabled && turned.service !== '' && keepCanary({ ...turned, census: () => seen().census() }, signal),
        followAgentEvents({ ...heard, onEvent: (event) => seen().hear(event) }, signal),
      ])
    },
  }
}

/** The API server as the settings name it, for requests that must not take long. */
export function serverFor(
  { values, env, readFile, userAgent }: Omit<ClusterIo, 'log'> & Pick<PublishingParts, 'values'>,
  onRequest: (request: ApiRequest) => void,
): ApiServer {
  const { kubernetes } = values.discovery
  const { tokenFile, caFile, timeout } = kubernetes
  const timeoutMs = Math.min(requestMs, timeout)
  return { ...serverAddress(kubernetes, env), tokenFile, caFile, timeoutMs, userAgent, readFile, onRequest }
}
