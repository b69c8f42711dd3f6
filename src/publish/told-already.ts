import type { Api } from '../kubernetes/api-client.ts'
import { ApiError, isPassing } from '../kubernetes/api-error.ts'
import { listPages } from '../kubernetes/list-pages.ts'
import { eventSelector, type Teller, tellingIn } from './event-object.ts'
import type { Telling } from './ledger.ts'

/**
 * What our Events in a namespace tell. None where we may not look: `refused` hears why. Rejects with an ApiError when it
 * is worth asking again.
 */
export async function toldAlready(
  api: Api,
  namespace: string,
  { teller, refused }: { readonly teller: Teller; readonly refused: (error: ApiError) => void },
): Promise<readonly Telling[]> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`
  try {
    const events = await listPages((page) => api.get('list', 'events', page), path, eventSelector(teller))
    return events.flatMap((event) => tellingIn(event) ?? [])
  } catch (error) {
    if (!(error instanceof ApiError) || isPassing(error)) throw error
    refused(error)
    return []
  }
}
