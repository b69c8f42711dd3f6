import { type ApiServer, openApi, withApi } from '../kubernetes/api-client.ts'
import { type ApiError, onlyApiError } from '../kubernetes/api-error.ts'
import { retryDelay, withJitter } from '../kubernetes/retry.ts'
import { createTeller } from '../kubernetes/teller.ts'
import { type CandidateParts, createCandidate } from './candidate.ts'
import { createLeadership, type Leading } from './leadership.ts'
import { reachKey } from './lease-record.ts'
import { seesLittle, yieldsTo } from './reach.ts'
import { createSightings } from './sightings.ts'

/** Of the Lease's duration, how long a request may take: a few of them fit before leadership ends. */
const requestShare = 1 / 5
const subject = 'the Lease'

/** `identity` is the pod of this replica: no two may have the same. `durationMs` in whole seconds. */
export interface ElectionParts extends CandidateParts {
  readonly server: ApiServer
  /** How often the holder renews; the others look as often. */
  readonly renewMs: number
  /** In [0, 1). */
  readonly random: () => number
  readonly log: (line: string) => void
}

/** Which replica writes to Kubernetes. */
export interface Election extends Leading {
  /** Who holds the Lease as far as we know; undefined when nobody does, or we have not heard for too long. */
  holder(): string | undefined
  /**
   * Whether who asks is better answered by another: we see less than half of the agents, and another sees more, or we
   * do not even reach the API server.
   */
  isOutranked(): boolean
  /** Whether no other replica has written of late. */
  isAlone(): boolean
  /** Takes part until `signal` aborts, then lets go of the Lease. No outage of the API server makes it reject. */
  run(signal: AbortSignal): Promise<void>
}

/**
 * An election on a Lease of coordination.k8s.io/v1. Every replica writes there what it sees; a holder that sees less
 * than half lets go when another sees more. Who cannot renew stops leading well before another may take over.
 */
export function createElection(parts: ElectionParts): Election {
  const { clock, random, renewMs, durationMs, identity } = parts
  const server = { ...parts.server, timeoutMs: Math.min(parts.server.timeoutMs, durationMs * requestShare) }
  const sightings = createSightings()
  const leadership = createLeadership(clock, durationMs)
  const candidate = createCandidate(parts, sightings, leadership)
  const tell = createTeller(parts.log)
  let failures = 0

  function pauseAfter(error: ApiError | undefined): number {
    tell(new Map([[subject, error === undefined ? '' : troubleOf(parts, error)]]))
    failures = error === undefined ? 0 : failures + 1
    if (error !== undefined) {
      return retryDelay({ failures, intervalMs: renewMs, retryAfterMs: error.retryAfterMs }, random)
    }
    const regularMs = withJitter(renewMs, random)
    if (leadership.isLeader()) return regularMs
    // Whoever waits for the Lease to expire looks when it does, not all at the same moment.
    return Math.min(regularMs, sightings.expiresInMs(clock.monotonicMs()) + renewMs * (0.1 + 0.2 * random()))
  }

  return {
    ...{ isLeader: leadership.isLeader, onChange: leadership.onChange },
    holder() {
      if (leadership.isLeader()) return identity
      const { holder } = sightings.latest() ?? {}
      return sightings.expiresInMs(clock.monotonicMs()) === 0 ? undefined : holder
    },
    isOutranked() {
      const ours = parts.reach()
      if (ours === undefined || !seesLittle(ours)) return false
      return failures > 0 || yieldsTo(ours, sightings.othersFresh(reachKey(identity), clock.monotonicMs()))
    },
    isAlone: () => sightings.othersFresh(reachKey(identity), clock.monotonicMs()).length === 0,
    async run(signal) {
      const api = openApi(server, signal)
      try {
        while (!signal.aborted) {
          const error = await candidate.turn(api).then(
            () => undefined,
            (reason: unknown) => onlyApiError(reason, signal),
          )
          if (!signal.aborted) await clock.sleep(pauseAfter(error), signal).catch(() => undefined)
        }
      } finally {
        api.close()
      }
      if (!leadership.isLeader()) return
      // The next one need not wait for it to expire.
      await withApi(server, AbortSignal.timeout(server.timeoutMs), candidate.letGo).catch(() => undefined)
    },
  }
}

function troubleOf({ namespace, name }: ElectionParts, error: ApiError): string {
  const what = `leases.coordination.k8s.io ${name} in namespace ${namespace}`
  const then = 'so this replica does not write to Kubernetes'
  return error.status === 403
    ? `May not create or patch ${what}, ${then}; grant it there in a Role (${error.message})`
    : `Could not renew or read ${what}, ${then} (${error.message})`
}
