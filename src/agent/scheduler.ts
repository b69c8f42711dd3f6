import type { Clock } from '../model/clock.ts'
import { hash53 } from '../model/hash.ts'
import { type Pace, roundAt, slotsIn } from '../model/schedule.ts'

export interface SlotEvents {
  /** A round ended; the next one has begun. */
  roundEnds(round: number): void
  /** It is time for a slot. Resolves when the next slot may start. */
  slot(round: number, slot: number): Promise<void>
  /** By how much a slot began late: the event loop's delay, measured without a timer of its own. */
  late(ms: number): void
  /** So many slots of the round went by while another took too long, or nobody let us run: theirs was not asked. */
  missed(slots: number): void
}

export interface SchedulerParts {
  readonly clock: Clock
  readonly pace: Pace
  readonly node: string
  readonly events: SlotEvents
}

/**
 * Calls slots and ends of rounds on the wall clock until `signal` aborts; resolves with the round that was under way.
 *
 * One wake-up a slot instead of a timer a target, because wake-ups are what probing costs. Nodes wake with their own
 * phase within a slot, so that they do not ask a shared target in step. Slots that were missed are not made up for:
 * a late agent must not fire a burst.
 */
export async function runSchedule({ clock, pace, node, events }: SchedulerParts, signal: AbortSignal): Promise<number> {
  const phaseMs = hash53(node) % pace.slotMs
  const nowMs = () => clock.wallMs() - phaseMs
  const sending = slotsIn(pace)
  let round = roundAt(nowMs(), pace)
  // The slot we wake up in is already under way: begin with the next one.
  let done = slotAt(nowMs(), pace)
  const tellMissed = (slots: number) => {
    if (slots > 0) events.missed(slots)
  }
  while (!signal.aborted) {
    const wakeMs = nextWakeMs(nowMs(), pace, sending)
    if (!(await slept(clock, wakeMs - nowMs(), signal))) return round
    const atMs = nowMs()
    if (atMs < wakeMs) continue // the wall clock was set back, or the timer came a little early
    events.late(atMs - wakeMs)
    if (roundAt(atMs, pace) !== round) {
      tellMissed(sending - 1 - done)
      events.roundEnds(round)
      round = roundAt(atMs, pace)
      done = -1
    }
    const slot = slotAt(atMs, pace)
    if (slot > done && slot < sending) {
      tellMissed(slot - 1 - done)
      done = slot
      await events.slot(round, slot)
    }
  }
  return round
}

/** The next slot's start; after the last sending slot, the next round's. */
function nextWakeMs(nowMs: number, pace: Pace, sending: number): number {
  const next = slotAt(nowMs, pace) + 1
  const roundMs = roundAt(nowMs, pace) * pace.roundMs
  return next < sending ? roundMs + next * pace.slotMs : roundMs + pace.roundMs
}

function slotAt(nowMs: number, pace: Pace): number {
  return Math.floor((nowMs - roundAt(nowMs, pace) * pace.roundMs) / pace.slotMs)
}

async function slept(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(Math.max(1, ms), signal)
    return true
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
}
