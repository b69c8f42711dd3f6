import type { FindingsAnswer, Standing } from '../../model/api.ts'

/** A round is judged within its grace; after so many nobody judges any more. */
const roundsAtMost = 3

export interface LiveVerdict {
  readonly verdict: 'ok' | 'failed' | 'unknown'
  /** Why it cannot be told, in sentences. */
  readonly hindrances: readonly string[]
}

/** What the findings say about now: nothing, where too little is heard or what is known is old. */
export function liveVerdict({ standing, findings }: FindingsAnswer, nowMs: number): LiveVerdict {
  const hindrances = [...unheard(standing), ...outdated(standing, nowMs)]
  return { verdict: hindrances.length > 0 ? 'unknown' : findings.length > 0 ? 'failed' : 'ok', hindrances }
}

/** Milliseconds since the last round was judged; undefined before the first. */
export function judgedAgoMs({ judgedAt }: Standing, nowMs: number): number | undefined {
  return judgedAt === undefined ? undefined : Math.max(0, nowMs - Date.parse(judgedAt))
}

function unheard({ agents, heard }: Standing): readonly string[] {
  if (agents === 0) return ['no agent is known']
  return 2 * heard < agents ? [`only ${heard} of ${agents} agents are heard, which is less than half`] : []
}

function outdated(standing: Standing, nowMs: number): readonly string[] {
  const agoMs = judgedAgoMs(standing, nowMs)
  if (agoMs === undefined) return ['no round has been judged yet']
  const { roundSeconds } = standing
  if (agoMs <= roundsAtMost * roundSeconds * 1000) return []
  return [`the last round was judged ${Math.round(agoMs / 1000)} s ago, rounds take ${roundSeconds} s`]
}
