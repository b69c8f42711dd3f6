import type { Finding } from '../../model/finding.ts'

const atMostEveryMs = 60_000
/** Of a finding's age: what has lasted for a day may change its numbers for an hour before that is kept. */
const shareOfAge = 1 / 20

/** What was kept of a finding last. */
export interface Said {
  readonly finding: Finding
  readonly atMs: number
}

/**
 * Whether a finding says something new. What it is and how it stands count at once; its text has counts of probes in
 * it that change with every round, so that is kept seldom, and ever more seldom as it lasts.
 */
export function saysNew(atMs: number, finding: Finding, said: Said | undefined): boolean {
  if (said === undefined || gistOf(finding) !== gistOf(said.finding)) return true
  if (finding.text === said.finding.text) return false
  const ageMs = atMs - openedMsOf(finding, atMs)
  // A clock that was set back must not silence it.
  return Math.abs(atMs - said.atMs) >= Math.max(atMostEveryMs, shareOfAge * ageMs)
}

/** When it was first accepted; `otherwise` if it does not say so in a way that can be read. */
export function openedMsOf({ since }: Finding, otherwise: number): number {
  const ms = Date.parse(since)
  return Number.isNaN(ms) ? otherwise : ms
}

function gistOf({ state, fault, entity, confidence, flapping, since }: Finding): string {
  return JSON.stringify([state, fault, entity, confidence, flapping, since])
}
