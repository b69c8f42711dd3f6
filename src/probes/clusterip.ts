import { defineProbe } from './define-probe.ts'
import { identityByHttp } from './http-identity.ts'
import { serviceTargets } from './who-to-ask.ts'

export const clusterip = defineProbe({
  check: 'clusterip',
  timeout: '2s',
  fields: {},
  targets: ({ self, surroundings }) => serviceTargets(surroundings.clusterIps, self),
  open: (_options, tools) => identityByHttp(tools),
})
