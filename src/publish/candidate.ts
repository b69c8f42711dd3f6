import type { Api } from '../kubernetes/api-client.ts'
import { isConflict, isInvalid, isMissing } from '../kubernetes/api-error.ts'
import type { Clock } from '../model/clock.ts'
import type { Leadership } from './leadership.ts'
import { type Claim, leaseRecord, newLease, reachKey, reachPatch, release, renewal, takeover } from './lease-record.ts'
import { type Reach, yieldsTo } from './reach.ts'
import type { Sightings } from './sightings.ts'

const resource = 'leases'

export interface CandidateParts {
  readonly namespace: string
  readonly name: string
  readonly identity: string
  readonly durationMs: number
  readonly reach: () => Reach | undefined
  readonly clock: Clock
}

/** One replica's part in the election. Both methods reject with an ApiError when the API server does not answer. */
export interface Candidate {
  /** Writes our reach, reads what the Lease says, and takes, renews or releases it. */
  turn(api: Api): Promise<void>
  letGo(api: Api): Promise<void>
}

/**
 * Two small patches a turn at most: our reach, which no other replica's write can hinder, and the renewal, which holds
 * only if nobody has taken the Lease meanwhile.
 */
export function createCandidate(parts: CandidateParts, sightings: Sightings, leadership: Leadership): Candidate {
  const { namespace, name, identity, durationMs, reach, clock } = parts
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`
  const path = `${collection}/${encodeURIComponent(name)}`
  const ourKey = reachKey(identity)
  const claim = (): Claim => ({ identity, durationMs, wallMs: clock.wallMs() })

  async function tellReach(api: Api): Promise<unknown> {
    const gone = leadership.isLeader() ? sightings.gone(ourKey, clock.monotonicMs()) : []
    return api.patch(resource, path, 'merge', reachPatch(identity, reach(), clock.wallMs(), gone))
  }

  function note(lease: unknown): void {
    const before = sightings.latest()?.holder
    const record = leaseRecord(lease)
    sightings.note(record, clock.monotonicMs())
    if (before !== record.holder) leadership.changed()
  }

  /** Resolves with what the Lease is then; undefined when somebody else was faster. */
  async function unlessTaken(change: Promise<unknown>): Promise<unknown> {
    return change.catch((error: unknown) => {
      if (isInvalid(error) || isConflict(error)) return undefined
      throw error
    })
  }

  /** Leads as of the moment when it was asked for, never later. */
  async function hold(change: () => Promise<unknown>): Promise<void> {
    const sentMs = clock.monotonicMs()
    const lease = await unlessTaken(change())
    if (lease === undefined) return leadership.ended()
    note(lease)
    leadership.renewed(sentMs)
  }

  async function decide(api: Api, lease: unknown): Promise<void> {
    const nowMs = clock.monotonicMs()
    const yields = yieldsTo(reach(), sightings.othersFresh(ourKey, nowMs))
    if (leaseRecord(lease).holder === identity) {
      // Who has just begun to lead stays for a while: numbers that waver must not toss the Lease to and fro.
      if (yields && leadership.leadingMs() >= durationMs) return letGo(api)
      return hold(() => api.patch(resource, path, 'json', renewal(claim())))
    }
    leadership.ended()
    if (yields || sightings.expiresInMs(nowMs) > 0) return
    return hold(() => api.patch(resource, path, 'json', takeover(lease, claim())))
  }

  async function letGo(api: Api): Promise<void> {
    // First: no write of ours may come after it.
    leadership.ended()
    const lease = await unlessTaken(api.patch(resource, path, 'json', release(claim())))
    if (lease !== undefined) note(lease)
  }

  return {
    letGo,
    async turn(api) {
      const lease = await tellReach(api).catch((error: unknown) => {
        if (!isMissing(error)) throw error
        return undefined
      })
      // Whoever loses the race to create it finds it in the next turn.
      if (lease === undefined) return hold(() => api.create(resource, collection, newLease(name, claim())))
      note(lease)
      return decide(api, lease)
    },
  }
}
