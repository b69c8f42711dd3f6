import type { Phase, Reason } from '../model/failure.ts'

/** What came of one probe, as a number: 0 when the answer was right, else a place in `failures`. */
export type Outcome = number

export const fine: Outcome = 0

const failures: readonly (readonly [Reason, Phase])[] = [
  ['unknown', 'connect'],
  ['timeout', 'connect'],
  ['refused', 'connect'],
  ['unreachable', 'connect'],
  ['timeout', 'tls'],
  ['timeout', 'exchange'],
  ['reset', 'exchange'],
  ['bad_status', 'exchange'],
  ['wrong_peer', 'exchange'],
  ['name_server_failed', 'exchange'],
  ['name_server_failed', 'resolve'],
  ['timeout', 'resolve'],
  ['bad_reply', 'exchange'],
]

export const outcomes = {
  noConnection: 1,
  refused: 2,
  noRoute: 3,
  noHandshake: 4,
  noAnswer: 5,
  reset: 6,
  badStatus: 7,
  wrongPeer: 8,
  serverFailed: 9,
  resolverFailed: 10,
  notResolved: 11,
  badReply: 12,
} as const satisfies Record<string, Outcome>

export function failureOf(outcome: Outcome): { readonly reason: Reason; readonly phase: Phase } {
  const [reason, phase] = failures[outcome] ?? ['unknown', 'connect']
  return { reason, phase }
}

/** Whether it took the whole of the probe's time to find out. */
export function tookAllTime(outcome: Outcome): boolean {
  return failures[outcome]?.[0] === 'timeout'
}
