import type { Clock } from '../model/clock.ts'
import { type Phase, reasonFor } from '../model/failure.ts'
import type { Probe, ProbeContext } from '../model/probe.ts'
import { failed, type Outcome, type PhaseTiming, type Result } from '../model/result.ts'
import type { Target } from '../model/target.ts'

const detailLimit = 200

export interface Asking extends Pick<ProbeContext, 'round' | 'index' | 'viewHash'> {
  readonly clock: Clock
  /** Until when the answer matters to anybody. */
  readonly lifetime: AbortSignal
}

/**
 * Asks once: the deadline, the stopwatch, and thrown errors turned into words. The only place that does any of them.
 * Rejects only when `lifetime` ends.
 */
export async function runProbe(probe: Probe, target: Target, asking: Asking): Promise<Result> {
  const { clock, lifetime, round, index, viewHash } = asking
  lifetime.throwIfAborted()
  const controller = new AbortController()
  // Linked by hand: AbortSignal.any() on a long-lived signal leaks a listener for every probe.
  const end = () => controller.abort(lifetime.reason)
  lifetime.addEventListener('abort', end, { once: true })
  const deadline = setTimeout(() => controller.abort(new Error('deadline')), probe.timeoutMs)
  const startMs = clock.monotonicMs()
  const marks: { readonly phase: Phase; readonly atMs: number }[] = []
  const enter = (phase: Phase) => {
    marks.push({ phase, atMs: clock.monotonicMs() })
  }
  try {
    const outcome = await outcomeOf(probe, target, { signal: controller.signal, round, index, viewHash, enter })
    lifetime.throwIfAborted()
    const endMs = clock.monotonicMs()
    return { ...outcome, target, durationMs: endMs - startMs, phases: timings(marks, endMs) }
  } finally {
    clearTimeout(deadline)
    lifetime.removeEventListener('abort', end)
  }
}

async function outcomeOf(probe: Probe, target: Target, context: ProbeContext): Promise<Outcome> {
  try {
    return await probe.run(target, context)
  } catch (error) {
    if (context.signal.aborted) return failed('timeout', `no answer within ${probe.timeoutMs} ms`)
    return failed(reasonFor(error), (error instanceof Error ? error.message : String(error)).slice(0, detailLimit))
  }
}

function timings(marks: readonly { readonly phase: Phase; readonly atMs: number }[], endMs: number): PhaseTiming[] {
  return marks.map(({ phase, atMs }, i) => ({ phase, ms: (marks[i + 1]?.atMs ?? endMs) - atMs }))
}
