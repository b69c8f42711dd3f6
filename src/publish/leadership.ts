import type { Clock } from '../model/clock.ts'

/** Of the Lease's duration, for how long a renewal lasts; what is left is for writes that are under way then. */
const lastsShare = 2 / 3

/** Whether we may write to Kubernetes now. */
export interface Leading {
  /** By our own clock: looked at before each write. */
  isLeader(): boolean
  /** Calls back after every change of leader that we hear of, until the returned function is called. */
  onChange(listener: () => void): () => void
}

export interface Leadership extends Leading {
  /** The Lease is ours as of a request that we sent at `sentMs`, monotonic. */
  renewed(sentMs: number): void
  /** It is not, or we let go of it. */
  ended(): void
  /** How long we have led without a break; 0 when we do not lead. */
  leadingMs(): number
  /** Another leads now. */
  changed(): void
}

/** Leads until told otherwise, or until the last renewal is too old, whatever becomes of the network. */
export function createLeadership(clock: Clock, durationMs: number): Leadership {
  const listeners = new Set<() => void>()
  let untilMs = Number.NEGATIVE_INFINITY
  let sinceMs = 0
  let timer = new AbortController()

  const isLeader = () => clock.monotonicMs() < untilMs
  const changed = () => {
    for (const listener of [...listeners]) listener()
  }

  /** Tells when it ends by itself. */
  function watchEnd(): void {
    timer.abort()
    timer = new AbortController()
    const { signal } = timer
    const look = () => (isLeader() ? watchEnd() : changed())
    clock.sleep(Math.max(1, untilMs - clock.monotonicMs()), signal).then(look, () => {})
  }

  return {
    isLeader,
    changed,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    renewed(sentMs) {
      const before = isLeader()
      untilMs = sentMs + durationMs * lastsShare
      if (!before) sinceMs = clock.monotonicMs()
      watchEnd()
      if (!before && isLeader()) changed()
    },
    ended() {
      const before = isLeader()
      untilMs = Number.NEGATIVE_INFINITY
      timer.abort()
      if (before) changed()
    },
    leadingMs: () => (isLeader() ? clock.monotonicMs() - sinceMs : 0),
  }
}

/** For an aggregator that is alone. */
export const alwaysLeading: Leading = { isLeader: () => true, onChange: () => () => {} }
