import type { Clock } from '../model/clock.ts'
import type { Result } from '../model/result.ts'
import type { Plan, Task } from './plan.ts'
import { due } from './plan.ts'
import { runProbe } from './run-probe.ts'

/** An answer that takes longer leaves the chain and is awaited beside it. */
const patienceMs = 5
const confirmations = 2
const confirmAfterMs = 200

export interface AskerParts {
  readonly clock: Clock
  readonly lifetime: AbortSignal
  /** The plan as of now: an answer for a target that has left is dropped. */
  readonly plan: () => Plan
  /** Every result of a target that still matters, once. */
  readonly sink: (result: Result) => void
  /** A target that answered before, or was never asked, does not answer. */
  readonly onFirstFailure: () => void
  /** An answer that came too late to matter. */
  readonly dropped: () => void
}

export interface Asker {
  /** Asks everything due in a slot; resolves when all have been asked, not when all have answered. */
  slot(round: number, slot: number): Promise<void>
  /** Resolves when nothing is being asked any more. */
  idle(): Promise<void>
}

/**
 * Asks a slot's targets one after another: that costs half of asking them at once and measures the network instead of
 * our own queue. A silent target holds nobody up. A first failure is asked about twice more at once, so that a lost
 * packet and a dead path differ within a second.
 */
export function createAsker({ clock, lifetime, plan, sink, onFirstFailure, dropped }: AskerParts): Asker {
  const running = new Set<Promise<void>>()
  const failing = new Set<string>()

  async function ask(task: Task, round: number): Promise<void> {
    const { probe, target, key, index } = task
    const viewHash = plan().viewHash
    const result = await runProbe(probe, target, { clock, lifetime, round, index, viewHash })
    if (!plan().targets.has(key)) {
      failing.delete(key)
      return dropped()
    }
    const first = result.outcome === 'failed' && !failing.has(key)
    if (result.outcome === 'failed') failing.add(key)
    else failing.delete(key)
    sink(result)
    if (!first) return
    onFirstFailure()
    track(confirm(task, round))
  }

  async function confirm(task: Task, round: number): Promise<void> {
    for (let again = 0; again < confirmations; again++) {
      await clock.sleep(confirmAfterMs, lifetime)
      track(ask({ ...task, index: task.target.perRound + task.index * confirmations + again }, round))
    }
  }

  /** Who left while failing is asked about no more, and would stay here for ever. */
  function forgetDeparted(): void {
    const { targets } = plan()
    for (const key of failing) if (!targets.has(key)) failing.delete(key)
  }

  function track(asking: Promise<void>): Promise<void> {
    const settled = asking.catch((error: unknown) => {
      if (!lifetime.aborted) throw error
    })
    running.add(settled)
    return settled.finally(() => running.delete(settled))
  }

  return {
    async slot(round, slot) {
      if (slot === 0) forgetDeparted()
      for (const task of due(plan(), round, slot)) {
        if (lifetime.aborted) return
        await patiently(track(ask(task, round)))
      }
    },
    async idle() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}

function patiently(asking: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs)
  })
  return Promise.race([asking, patience]).finally(() => clearTimeout(timer))
}
