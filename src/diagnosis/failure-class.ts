import type { Reason } from '../model/failure.ts'

/** What failures look like from afar: nothing comes back, something says no, something answers wrongly. */
export const failureClass = { silence: 0, refusal: 1, wrong: 2 } as const

export const classCount = 3

/** Of failures of one kind, how many are of each class. */
export type Profile = readonly [silence: number, refusal: number, wrong: number]

/** The class of a reason; undefined where the failure is our own and says nothing of others. */
export function classOf(reason: Reason): number | undefined {
  return classes[reason]
}

const { silence, refusal, wrong } = failureClass

const classes: Readonly<Record<Reason, number | undefined>> = {
  timeout: silence,
  // No ARP answer and no route: what a dead node looks like from its own segment.
  unreachable: silence,
  too_big: silence,
  refused: refusal,
  reset: refusal,
  name_not_found: wrong,
  name_server_failed: wrong,
  tls_failed: wrong,
  bad_status: wrong,
  bad_reply: wrong,
  wrong_peer: wrong,
  unknown: wrong,
  no_local_resources: undefined,
}
