import { spread } from './hash.ts'

/** Probes start in the first part of a round, so that most answers and timeouts belong to the round they began in. */
const sendingShare = 0.8

export interface Pace {
  readonly roundMs: number
  readonly slotMs: number
}

/** The number of a round is the same on all nodes whose clocks are right. */
export function roundAt(wallMs: number, { roundMs }: Pace): number {
  return Math.floor(wallMs / roundMs)
}

export function slotsIn({ roundMs, slotMs }: Pace): number {
  return Math.max(1, Math.floor((roundMs * sendingShare) / slotMs))
}

/**
 * In which slot of the round the `index`-th of `perRound` probes of a target starts.
 *
 * Spread by hash, not at random: a restarted agent returns to the same slots, and agents that start together after a
 * rollout do not fire together. Repeats of one target are spaced evenly.
 */
export function slotOf(self: string, targetKey: string, index: number, perRound: number, slots: number): number {
  return (spread(`${self}>${targetKey}`, slots) + Math.floor((index * slots) / perRound)) % slots
}

/** The latest round whose probes have all been sent, seen from a clock that reads `wallMs`. */
export function lastSentRound(wallMs: number, { roundMs }: Pace): number {
  return Math.floor((wallMs - sendingShare * roundMs) / roundMs)
}
