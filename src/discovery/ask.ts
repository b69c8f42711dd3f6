import type { Api } from '../kubernetes/api-client.ts'
import { ApiError } from '../kubernetes/api-error.ts'
import { listPages } from '../kubernetes/list-pages.ts'
import { type Question, resources } from './questions.ts'

/** The objects that answer a question; none when the one that was asked for does not exist. */
export async function ask(api: Api, { verb, resource, namespace, name }: Question): Promise<readonly unknown[]> {
  const version = resources[resource]
  const root = version.includes('/') ? `/apis/${version}` : `/api/${version}`
  const collection = `${root}/namespaces/${encodeURIComponent(namespace)}/${resource}`
  const get = (path: string) => api.get(verb, resource, path)
  if (verb === 'list') return listPages(get, collection, `kubernetes.io/service-name=${name}`)
  try {
    // From the API server's cache: without a resourceVersion every GET is a quorum read in etcd.
    return [await get(`${collection}/${encodeURIComponent(name)}?resourceVersion=0`)]
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return []
    throw error
  }
}
