import { endpointsOf, type SliceEndpoint } from '../slices.ts'
import type { CensusValues } from './census-fields.ts'
import { type NodeFacts, nodeFacts } from './node-facts.ts'
import { type PodFacts, podFacts } from './pod-facts.ts'

/** One kind of objects that is listed and watched. */
export interface Topic<Kept> {
  /** What stays unknown without it, for the log. */
  readonly subject: string
  readonly resource: 'nodes' | 'pods' | 'endpointslices'
  /** Empty: of the whole cluster. */
  readonly namespace: string
  /** Which of them: a label or field selector; empty: all. */
  readonly query: Readonly<Record<string, string>>
  /** The few fields that are kept: a watch sends whole objects. */
  read(object: unknown): Kept
}

/** Every topic there is; those that the settings leave empty are absent. */
export interface Topics {
  readonly nodes: Topic<NodeFacts>
  readonly pods: Topic<PodFacts>
  readonly api: Topic<readonly SliceEndpoint[]>
  readonly dns: Topic<readonly SliceEndpoint[]> | undefined
  readonly ingress: Topic<readonly SliceEndpoint[]> | undefined
}

const roots = { nodes: '/api/v1', pods: '/api/v1', endpointslices: '/apis/discovery.k8s.io/v1' }

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

/** Where to ask for it, with `more` beside its selector. */
export function pathOf({ resource, namespace, query }: Topic<unknown>, more: Topic<unknown>['query']): string {
  const within = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  return `${roots[resource]}${within}/${resource}?${new URLSearchParams({ ...query, ...more })}`
}

function slicesOf(subject: string, namespace: string, service: string): Topics['dns'] {
  if (namespace === '' || service === '') return undefined
  return slices(subject, namespace, { labelSelector: `kubernetes.io/service-name=${service}` })
}

function slices(subject: string, namespace: string, query: Topic<unknown>['query']): Topics['api'] {
  return {
    ...{ subject, resource: 'endpointslices', namespace, query },
    read: (slice) => endpointsOf([slice], ['https']),
  }
}
