import { kind } from '../kinds.ts'
import { role } from '../roles.ts'
import { anyhow, type Mode } from './mode.ts'

const every: readonly number[] = [kind.apiEndpoint, kind.apiService, kind.apiDns]

/** One API server does not answer. */
export const apiEndpoint: Mode = {
  fault: 'apiserver_endpoint',
  suspect: 'target',
  fails: (known, at, severity) => ((at === role.at || at === role.share) && every.includes(known) ? severity : 0),
  profile: anyhow,
  patience: 'quick',
  only: ['apiserver_endpoint'],
}

/** No API server answers. */
export const apiDown: Mode = {
  fault: 'apiserver_down',
  suspect: 'cluster',
  fails: (known, at, severity) => (at === role.all && every.includes(known) ? severity : 0),
  profile: anyhow,
  patience: 'quick',
  faintest: 0.3,
  members: [kind.apiEndpoint],
}
