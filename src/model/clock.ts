/** Time as something handed in, so that tests decide what time it is. */
export interface Clock {
  /** Never goes backwards; only differences mean anything. */
  monotonicMs(): number
  /** Since the Unix epoch; may jump. For rounds and timestamps, never for durations. */
  wallMs(): number
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}
