import type { Replica } from '../model/peer.ts'
import type { Scene } from '../model/probe.ts'
import { defineProbe } from './define-probe.ts'
import { dnsFields } from './dns-names.ts'
import { dnsTargets, openDns } from './dns-probe.ts'
import { serviceTargets } from './who-to-ask.ts'

const replicasAtOnce = 8

export const dnsReplica = defineProbe({
  check: 'dns_replica',
  timeout: '2s',
  fields: dnsFields,
  targets: (scene, options) => dnsTargets(serviceTargets(askedNow(scene), scene.self), scene, options),
  open: openDns,
})

/** All replicas up to eight; of more, eight others every epoch and from every node, so that each is asked by many. */
function askedNow({ surroundings, chosen, epoch }: Scene): readonly Replica[] {
  const { dnsReplicas } = surroundings
  if (dnsReplicas.length <= replicasAtOnce) return dnsReplicas
  const first = ((chosen.rank + epoch) * replicasAtOnce) % dnsReplicas.length
  return [...dnsReplicas, ...dnsReplicas].slice(first, first + replicasAtOnce)
}
