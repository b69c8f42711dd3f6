import { defineProbe } from './define-probe.ts'
import { dnsFields } from './dns-names.ts'
import { openDns } from './dns-probe.ts'
import { dnsTargets } from './dns-targets.ts'
import { serviceTargets } from './who-to-ask.ts'

export const dnsService = defineProbe({
  check: 'dns_service',
  timeout: '2s',
  fields: dnsFields,
  targets: (scene, options) => dnsTargets(serviceTargets(scene.surroundings.dnsServices, scene.self), scene, options),
  open: openDns,
})
