import type { Api } from '../kubernetes/api-client.ts'
import { ApiError, isConflict, isPassing } from '../kubernetes/api-error.ts'
import type { Change } from './changes.ts'
import { type EventObject, eventOf, type Teller } from './event-object.ts'
import { withUid } from './find-uid.ts'
import { involvedIn, type ObjectRef } from './involved.ts'
import type { Leading } from './leadership.ts'

export interface Sending {
  readonly teller: Teller
  /** Where what is no object of the cluster is told. */
  readonly home: ObjectRef
  readonly leading: Leading
}

/**
 * Writes the Event of a change, at `home` where the namespace it belongs to does not take it; does nothing when we do not
 * lead any more. One that is there already is told. Rejects with an ApiError when it is worth trying again, or when it
 * is taken nowhere.
 */
export async function sendChange(api: Api, change: Change, { teller, home, leading }: Sending): Promise<void> {
  const involved = involvedIn(change.finding.entity, home)
  const known = await withUid(api, involved)
  if (!leading.isLeader()) return
  try {
    await sendEvent(api, eventOf(change, known, teller))
  } catch (error) {
    if (!(error instanceof ApiError) || isPassing(error) || involved === home) throw error
    await sendEvent(api, eventOf(change, home, teller))
  }
}

export async function sendEvent(api: Api, event: EventObject): Promise<void> {
  const path = `/api/v1/namespaces/${encodeURIComponent(event.metadata.namespace)}/events`
  await api.create('events', path, event).catch((error: unknown) => {
    if (!isConflict(error)) throw error
  })
}
