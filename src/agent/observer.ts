import type { Check } from '../model/check.ts'
import type { Peer } from '../model/peer.ts'
import type { Result } from '../model/result.ts'

/** Why a result does not count. Closed: a metric label. */
export const discardReasons = {
  peer_draining: 'the peer said that it is about to leave',
  peer_removed: 'the target left while it was being asked',
  warmup: 'we had just started, and the round did not go well',
  self_overload: 'a failure seen while we were starved ourselves',
} as const satisfies Record<string, string>

export type DiscardReason = keyof typeof discardReasons

export interface PeerCounts {
  readonly view: readonly Peer[]
  readonly stable: readonly Peer[]
  readonly selected: number
  readonly incoming: number
  /** Those that have somebody to ask. */
  readonly checks: ReadonlySet<Check>
}

/** Hears what an agent does, to show it. Must not throw or block. */
export interface Observer {
  record(result: Result): void
  discarded(reason: DiscardReason, count: number): void
  /** By how much a slot began late. */
  late(ms: number): void
  peers(counts: PeerCounts): void
  roundEnded(wallMs: number, starvedScore: number): void
}
