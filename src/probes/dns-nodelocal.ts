import { defineProbe } from './define-probe.ts'
import { dnsFields } from './dns-names.ts'
import { dnsTargets, openDns } from './dns-probe.ts'
import { serviceTargets } from './who-to-ask.ts'

export const dnsNodelocal = defineProbe({
  check: 'dns_nodelocal',
  timeout: '2s',
  fields: dnsFields,
  targets: (scene, options) => dnsTargets(serviceTargets(scene.surroundings.dnsNodeLocal, scene.self), scene, options),
  open: openDns,
})
