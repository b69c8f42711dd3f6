import type { LeaseRecord } from './lease-record.ts'
import { isRecent, type Reach } from './reach.ts'

/** A replica that has not written for so many durations of the Lease is gone for good. */
const goneAfter = 40

interface Sighting {
  readonly said: string
  readonly sinceMs: number
}

/**
 * Since when, by our own clock, a Lease has said what it says: clocks of replicas may differ by any amount. Times are
 * monotonic.
 */
export interface Sightings {
  note(record: LeaseRecord, nowMs: number): void
  /** The last that was noted. */
  latest(): LeaseRecord | undefined
  /** In how long the holder will have been silent for too long; 0 when nobody holds it. */
  expiresInMs(nowMs: number): number
  /** What other replicas see, without what nobody has refreshed. */
  othersFresh(ourKey: string, nowMs: number): readonly Reach[]
  /** The annotations of replicas that are gone. */
  gone(ourKey: string, nowMs: number): readonly string[]
}

export function createSightings(): Sightings {
  let latest: LeaseRecord | undefined
  let held: Sighting = { said: '', sinceMs: 0 }
  let reaches = new Map<string, Sighting>()

  const silentMs = (key: string, nowMs: number) => nowMs - (reaches.get(key)?.sinceMs ?? nowMs)

  return {
    note(record, nowMs) {
      latest = record
      held = after(held, record.stamp, nowMs)
      reaches = new Map(
        [...record.reaches].map(([key, reach]) => [key, after(reaches.get(key), String(reach.toldMs), nowMs)]),
      )
    },
    latest: () => latest,
    expiresInMs(nowMs) {
      if (latest === undefined || latest.holder === '') return 0
      return Math.max(0, held.sinceMs + latest.durationMs - nowMs)
    },
    othersFresh(ourKey, nowMs) {
      const { reaches: told = new Map(), durationMs = 0 } = latest ?? {}
      return [...told]
        .filter(([key, reach]) => key !== ourKey && isRecent(reach) && silentMs(key, nowMs) < durationMs)
        .map(([, reach]) => reach)
    },
    gone(ourKey, nowMs) {
      const limitMs = goneAfter * (latest?.durationMs ?? 0)
      return [...reaches.keys()].filter((key) => key !== ourKey && silentMs(key, nowMs) > limitMs)
    },
  }
}

function after(before: Sighting | undefined, said: string, nowMs: number): Sighting {
  return before?.said === said ? before : { said, sinceMs: nowMs }
}
