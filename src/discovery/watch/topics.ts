import type { Topic } from '../../kubernetes/topic.ts'
import { endpointsOf, type SliceEndpoint } from '../slices.ts'
import type { CensusValues } from './census-fields.ts'
import { type NodeFacts, nodeFacts } from './node-facts.ts'
import { type PodFacts, podFacts } from './pod-facts.ts'

/** A topic of which something is kept. */
export interface KeptTopic<Kept> extends Topic {
  /** The few fields that are kept: a watch sends whole objects. */
  read(object: unknown): Kept
}

/** Every topic there is; those that the settings leave empty are absent. */
export interface Topics {
  readonly nodes: KeptTopic<NodeFacts>
  readonly pods: KeptTopic<PodFacts>
  readonly api: KeptTopic<readonly SliceEndpoint[]>
  readonly dns: KeptTopic<readonly SliceEndpoint[]> | undefined
  readonly ingress: KeptTopic<readonly SliceEndpoint[]> | undefined
}

/** What to watch; `namespace` is that of the agents. */
export function topicsOf(values: CensusValues, namespace: string): Topics {
  const { agentSelector, dnsNamespace, dnsService, ingressNamespace, ingressService } = values
  return {
    nodes: { subject: 'nodes and zones', resource: 'nodes', namespace: '', query: {}, read: nodeFacts },
    pods: {
      subject: "agents' pods",
      resource: 'pods',
      namespace,
      query: { labelSelector: agentSelector },
      read: podFacts,
    },
    // By its name, so that a right with resourceNames is enough.
    api: slices('API servers', 'default', { fieldSelector: 'metadata.name=kubernetes' }),
    dns: slicesOf('DNS replicas', dnsNamespace, dnsService),
    ingress: slicesOf('ingress controllers', ingressNamespace, ingressService),
  }
}

function slicesOf(subject: string, namespace: string, service: string): Topics['dns'] {
  if (namespace === '' || service === '') return undefined
  return slices(subject, namespace, { labelSelector: `kubernetes.io/service-name=${service}` })
}

function slices(subject: string, namespace: string, query: Topic['query']): Topics['api'] {
  return {
    ...{ subject, resource: 'endpointslices', namespace, query },
    read: (slice) => endpointsOf([slice], ['https']),
  }
}
