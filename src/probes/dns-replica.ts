import { defineProbe } from './define-probe.ts'
import { dnsFields } from './dns-names.ts'
import { openDns } from './dns-probe.ts'
import { dnsTargets, replicasNow } from './dns-targets.ts'

export const dnsReplica = defineProbe({
  check: 'dns_replica',
  timeout: '2s',
  fields: dnsFields,
  targets: (scene, options) => dnsTargets(replicasNow(scene), scene, options),
  open: openDns,
})
