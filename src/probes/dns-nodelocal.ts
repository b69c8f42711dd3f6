import { defineProbe } from './define-probe.ts'
import { dnsFields } from './dns-names.ts'
import { openDns } from './dns-probe.ts'
import { dnsTargets } from './dns-targets.ts'
import { serviceTargets } from './who-to-ask.ts'

export const dnsNodelocal = defineProbe({
  check: 'dns_nodelocal',
  timeout: '2s',
  fields: dnsFields,
  targets: (scene, options) => dnsTargets(serviceTargets(scene.surroundings.dnsNodeLocal, scene.self), scene, options),
  open: openDns,
})
