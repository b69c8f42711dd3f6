import { defineProbe } from './define-probe.ts'
import { dnsFields } from './dns-names.ts'
import { dnsTargets, openDns } from './dns-probe.ts'
import { serviceTargets } from './who-to-ask.ts'

export const dnsService = defineProbe({
  check: 'dns_service',
  timeout: '2s',
  fields: dnsFields,
  targets: (scene, options) => dnsTargets(serviceTargets(scene.surroundings.dnsServices, scene.self), scene, options),
  open: openDns,
})
