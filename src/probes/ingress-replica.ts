import { turnsFor } from '../model/peer-choice.ts'
import { defineProbe } from './define-probe.ts'
import { identityByHttp } from './http-identity.ts'
import { ingressFields, requestsPerSecond, viaIngress } from './via-ingress.ts'
import { serviceTargets } from './who-to-ask.ts'

export const ingressReplica = defineProbe({
  check: 'ingress_replica',
  timeout: '2s',
  fields: ingressFields,
  targets: ({ self, surroundings, chosen, roundSeconds }) =>
    serviceTargets(surroundings.ingressReplicas, self).map((target) => ({
      ...target,
      everyRounds: turnsFor(chosen.nodes, 1, roundSeconds, requestsPerSecond),
    })),
  open: (options, tools) => identityByHttp(tools, viaIngress(options)),
})
