import { defineProbe } from './define-probe.ts'
import { identityByHttp } from './http-identity.ts'
import { loopbackTargets, peerTargets } from './who-to-ask.ts'

export const peerHttp = defineProbe({
  check: 'peer_http',
  timeout: '2s',
  fields: {},
  // Ourselves too: whoever fails at its own address is not fit to judge others.
  targets: (scene) => [...peerTargets(scene), ...loopbackTargets(scene)],
  open: (_options, tools) => identityByHttp(tools),
})
