import type { Clock } from '../model/clock.ts'

/** A wait that somebody else can end. For one who waits. */
export interface Bell {
  ring(): void
  /** Resolves after `ms`, when it rings, or at once when it rang since the last wait, or when `signal` aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export function createBell(clock: Clock): Bell {
  let rang = false
  let wake: (() => void) | undefined
  return {
    ring() {
      rang = true
      wake?.()
    },
    async wait(ms, signal) {
      const enough = new AbortController()
      const end = () => enough.abort()
      wake = end
      signal.addEventListener('abort', end, { once: true })
      if (!rang && !signal.aborted) await clock.sleep(ms, enough.signal).catch(() => undefined)
      signal.removeEventListener('abort', end)
      wake = undefined
      rang = false
    },
  }
}
