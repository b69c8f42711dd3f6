import { apiServerFields, apiServerTurns, openApiServer } from './apiserver-probe.ts'
import { defineProbe } from './define-probe.ts'
import { serviceTargets } from './who-to-ask.ts'

export const apiserverService = defineProbe({
  check: 'apiserver_service',
  timeout: '2s',
  fields: apiServerFields,
  targets(scene) {
    const everyRounds = apiServerTurns(scene)
    return serviceTargets(scene.surroundings.apiServices, scene.self).map((target) => ({ ...target, everyRounds }))
  },
  open: openApiServer,
})
