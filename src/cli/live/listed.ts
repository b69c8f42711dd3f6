import type { Answer } from './ask.ts'
import type { Cluster } from './kube-cluster.ts'
import { objectIn } from './read-json.ts'
import { refusalBy, refusedSentence } from './refusal.ts'
import { UnreachedError } from './unreached-error.ts'

const pageSize = '500'
/** 50,000 objects. */
const pagesAtMost = 100

/**
 * All objects at a path of the API server, in pages; the path has a query. Throws an UnreachedError that says what is
 * forbidden.
 */
export async function listed(cluster: Cluster, path: string, signal: AbortSignal): Promise<readonly unknown[]> {
  const all: unknown[] = []
  let next = ''
  for (let page = 0; page < pagesAtMost; page += 1) {
    const more = new URLSearchParams({ limit: pageSize, ...(next !== '' && { continue: next }) })
    const { items, metadata } = listIn(await cluster.get(`${path}&${more}`, signal), cluster)
    all.push(...items)
    next = metadata?.continue ?? ''
    if (next === '') return all
  }
  throw new UnreachedError(`${path} has more than ${all.length} objects`)
}

function listIn(answer: Answer, cluster: Cluster): { items: readonly unknown[]; metadata?: { continue?: string } } {
  const refusal = refusalBy(answer)
  if (refusal !== undefined) throw new UnreachedError(refusedSentence(cluster, refusal))
  const value = objectIn(answer.text)
  if (answer.status === 200 && Array.isArray(value?.['items'])) return value as ReturnType<typeof listIn>
  throw new UnreachedError(`expected a list from the API server of ${cluster.name}, got status ${answer.status}`)
}
