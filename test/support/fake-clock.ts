import { setImmediate as turn } from 'node:timers/promises'

import type { Clock } from '../../src/model/clock.ts'

export interface FakeClock extends Clock {
  /** Lets `ms` pass: wakes everyone who is due on the way, in order, and lets each act before time goes on. */
  advance(ms: number): Promise<void>
  /** Moves the wall clock only, as an administrator would. */
  jumpWall(ms: number): void
  /** Resolves when at least `count` sleep: then all that was asked of the network has been answered. */
  whenSleeping(count?: number): Promise<void>
  /** How long each sleeper still has, soonest first. */
  sleeping(): readonly number[]
}

interface Sleeper {
  readonly dueMs: number
  wake(): void
}

/** Time that stands still until a test moves it. */
export function createFakeClock(wallStartMs = Date.UTC(2026, 0, 1)): FakeClock {
  const sleepers = new Set<Sleeper>()
  const watchers = new Set<() => void>()
  let nowMs = 0
  let wallOffsetMs = wallStartMs

  function sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const end = () => {
        sleepers.delete(sleeper)
        reject(signal.reason)
      }
      const wake = () => {
        sleepers.delete(sleeper)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const sleeper = { dueMs: nowMs + ms, wake }
      signal.addEventListener('abort', end, { once: true })
      sleepers.add(sleeper)
      for (const watcher of watchers) watcher()
    })
  }

  async function advance(ms: number) {
    const untilMs = nowMs + ms
    for (;;) {
      const next = inOrder()[0]
      if (next === undefined || next.dueMs > untilMs) break
      nowMs = Math.max(nowMs, next.dueMs)
      next.wake()
      // What was woken runs, and may go to sleep again, before the clock moves on.
      await turn()
    }
    nowMs = untilMs
  }

  function whenSleeping(count = 1): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (sleepers.size < count) return
        watchers.delete(look)
        resolve()
      }
      watchers.add(look)
      look()
    })
  }

  function inOrder() {
    return [...sleepers].sort((a, b) => a.dueMs - b.dueMs)
  }

  return {
    monotonicMs: () => nowMs,
    wallMs: () => nowMs + wallOffsetMs,
    sleep,
    advance,
    jumpWall(ms) {
      wallOffsetMs += ms
    },
    whenSleeping,
    sleeping: () => inOrder().map(({ dueMs }) => dueMs - nowMs),
  }
}
