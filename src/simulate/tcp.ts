import { fine, type Outcome, outcomes } from './outcome.ts'
import { health } from './weather.ts'
import type { Packets, Wire } from './wire.ts'

/** One conversation, with the time that it has and has used. */
export interface Talk {
  readonly wire: Wire
  readonly deadlineMs: number
  elapsedMs: number
}

export interface Ends {
  readonly from: number
  readonly to: number
  readonly packets: Packets
}

/** When a kernel sends its SYN again. */
const synAgainMs = [0, 1000, 3000]
/** When a kernel sends again what nobody acknowledged. */
const dataAgainMs = [0, 200, 600, 1400]

export function newTalk(wire: Wire, deadlineMs: number): Talk {
  wire.newFlow()
  return { wire, deadlineMs, elapsedMs: 0 }
}

/** Opens a connection: a lost SYN, or its answer, costs a second. */
export function connect(talk: Talk, ends: Ends, listener: number): Outcome {
  for (const after of synAgainMs) {
    const outcome = after + talk.elapsedMs < talk.deadlineMs ? trip(talk, ends, after) : outcomes.noConnection
    if (outcome === 'lost') continue
    if (outcome === fine && listener === health.refuses) return outcomes.refused
    if (outcome === fine && listener === health.silent) continue
    return outcome
  }
  return late(talk, outcomes.noConnection)
}

/** Question and answer on an open connection. */
export function exchange(talk: Talk, ends: Ends, failed: Outcome): Outcome {
  for (const after of dataAgainMs) {
    const outcome = after + talk.elapsedMs < talk.deadlineMs ? trip(talk, ends, after) : failed
    if (outcome !== 'lost') return outcome
  }
  return late(talk, failed)
}

/** Fails because time ran out. */
export function late(talk: Talk, outcome: Outcome): Outcome {
  talk.elapsedMs = talk.deadlineMs
  return outcome
}

/** There and back; the time counts only when it worked. */
function trip(talk: Talk, { from, to, packets }: Ends, afterMs: number): Outcome | 'lost' {
  const { wire } = talk
  if (!wire.arrives(from, to, packets) || !wire.arrives(to, from, packets, true)) return 'lost'
  const elapsed = talk.elapsedMs + afterMs + wire.delayMs(from, to) + wire.delayMs(to, from)
  if (elapsed >= talk.deadlineMs) return 'lost'
  talk.elapsedMs = elapsed
  return fine
}
