import { defineProbe } from './define-probe.ts'
import { identityByHttp } from './http-identity.ts'
import { serviceTargets } from './who-to-ask.ts'

export const loadbalancer = defineProbe({
  check: 'loadbalancer',
  timeout: '2s',
  fields: {},
  targets: ({ self, surroundings }) =>
    serviceTargets(
      surroundings.loadBalancers.filter(({ observable }) => observable),
      self,
    ),
  open: (_options, tools) => identityByHttp(tools),
})
