import type { Clock } from '../model/clock.ts'

const hurryEveryMs = 60_000

/** A wait that can be cut short, at most once a minute. */
export interface Nap {
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** Ends the present wait at a random moment of the next `withinMs`, so that not all who hurry come at once. */
  hurry(withinMs: number): void
}

export function createNap(clock: Clock, random: () => number): Nap {
  let lastHurryMs = Number.NEGATIVE_INFINITY
  let shorten: ((ms: number) => void) | undefined

  async function sleep(ms: number, signal: AbortSignal) {
    const untilMs = clock.monotonicMs() + ms
    const controller = new AbortController()
    const end = () => controller.abort(signal.reason)
    let restMs = 0
    shorten = (withinMs) => {
      restMs = Math.min(withinMs, untilMs - clock.monotonicMs())
      controller.abort()
    }
    signal.addEventListener('abort', end, { once: true })
    try {
      await clock.sleep(ms, controller.signal)
    } catch (error) {
      if (signal.aborted) throw error
      shorten = undefined
      await clock.sleep(restMs, signal)
    } finally {
      shorten = undefined
      signal.removeEventListener('abort', end)
    }
  }

  function hurry(withinMs: number) {
    const nowMs = clock.monotonicMs()
    if (shorten === undefined || nowMs - lastHurryMs < hurryEveryMs) return
    lastHurryMs = nowMs
    shorten(withinMs * random())
  }

  return { sleep, hurry }
}
