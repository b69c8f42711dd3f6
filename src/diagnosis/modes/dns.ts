import { kind } from '../kinds.ts'
import { role } from '../roles.ts'
import { dead, type Mode } from './mode.ts'

const external: readonly number[] = [kind.dnsExternal, kind.dnsServiceExternal]
const every: readonly number[] = [...external, kind.dnsInternal, kind.dnsServiceInternal]
const answersWrongly = () => [0.35, 0.02, 0.63] as const

/** One replica answers no name at all. */
export const dnsReplicaDown: Mode = {
  fault: 'dns_replica_down',
  suspect: 'target',
  fails: (known, at, severity) => ((at === role.at || at === role.share) && every.includes(known) ? severity : 0),
  profile: dead,
  patience: 'quick',
  only: ['dns_replica'],
}

/** One replica fails the names outside the cluster. */
export const dnsReplicaExternal: Mode = {
  ...dnsReplicaDown,
  fault: 'dns_replica_external',
  fails: (known, at, severity) => ((at === role.at || at === role.share) && external.includes(known) ? severity : 0),
  profile: answersWrongly,
}

/** Names outside the cluster fail wherever they are asked. */
export const dnsUpstream: Mode = {
  fault: 'dns_upstream',
  suspect: 'cluster',
  fails: (known, at, severity) =>
    at === role.all && (external.includes(known) || known === kind.nodeLocalExternal) ? severity : 0,
  profile: answersWrongly,
  patience: 'quick',
  members: [kind.dnsExternal],
}
