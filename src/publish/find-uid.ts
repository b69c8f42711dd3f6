import type { Api } from '../kubernetes/api-client.ts'
import { ApiError } from '../kubernetes/api-error.ts'
import { list, record, text } from '../kubernetes/json.ts'
import { listPages } from '../kubernetes/list-pages.ts'
import type { ObjectRef } from './involved.ts'

/**
 * The object with its UID, which `kubectl describe` goes by, as far as the rights that an aggregator has anyway allow:
 * Nodes are read, and EndpointSlices name the Pods behind them and the Services that they belong to.
 */
export async function withUid(api: Api, ref: ObjectRef): Promise<ObjectRef> {
  if (ref.uid !== undefined) return ref
  const uid = await uidOf(api, ref).catch((error: unknown) => {
    // Without it the Event is told all the same.
    if (error instanceof ApiError) return ''
    throw error
  })
  return uid === '' ? ref : { ...ref, uid }
}

async function uidOf(api: Api, { kind, namespace, name }: ObjectRef): Promise<string> {
  if (kind === 'Node') {
    const node = await api.get('get', 'nodes', `/api/v1/nodes/${encodeURIComponent(name)}?resourceVersion=0`)
    return text(record(record(node)['metadata'])['uid'])
  }
  // The slice of the API server has no owner, and we may read no other in that namespace.
  if ((kind !== 'Pod' && kind !== 'Service') || namespace === 'default') return ''
  const path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`
  const selector = kind === 'Service' ? `kubernetes.io/service-name=${name}` : ''
  const slices = await listPages((page) => api.get('list', 'endpointslices', page), path, selector)
  const refs = slices.flatMap(kind === 'Pod' ? podsIn : ownersIn).map(record)
  return text(refs.find((one) => one['kind'] === kind && one['name'] === name)?.['uid'])
}

function podsIn(slice: unknown): readonly unknown[] {
  return list(record(slice)['endpoints']).map((endpoint) => record(endpoint)['targetRef'])
}

function ownersIn(slice: unknown): readonly unknown[] {
  return list(record(record(slice)['metadata'])['ownerReferences'])
}
