import { kind } from '../kinds.ts'
import { role } from '../roles.ts'
import { anyhow, dead, type Mode } from './mode.ts'

const both: readonly number[] = [kind.ingress, kind.ingressReplica]

/** One controller fails. */
export const ingressReplica: Mode = {
  fault: 'ingress_replica',
  suspect: 'target',
  fails: (known, at, severity) => ((at === role.at || at === role.share) && both.includes(known) ? severity : 0),
  profile: dead,
  patience: 'quick',
  only: ['ingress_replica'],
}

/** Only the address in front of the controllers fails. */
export const ingressAddress: Mode = {
  fault: 'ingress_address',
  suspect: 'target',
  fails: (known, at, severity) => (at === role.at && known === kind.ingress ? severity : 0),
  profile: anyhow,
  patience: 'quick',
  only: ['ingress'],
}

/** All controllers fail. */
export const ingressDown: Mode = {
  fault: 'ingress_down',
  suspect: 'cluster',
  fails: (known, at, severity) => (at === role.all && both.includes(known) ? severity : 0),
  profile: anyhow,
  patience: 'quick',
  // A little of everything is what is behind them, or on the way.
  faintest: 0.3,
  members: [kind.ingressReplica],
}
