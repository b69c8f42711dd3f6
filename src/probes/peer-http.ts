import { defineProbe } from './define-probe.ts'
import { identityByHttp } from './http-identity.ts'
import { peerTargets } from './who-to-ask.ts'

export const peerHttp = defineProbe({
  check: 'peer_http',
  timeout: '2s',
  fields: {},
  targets: peerTargets,
  open: (_options, tools) => identityByHttp(tools),
})
