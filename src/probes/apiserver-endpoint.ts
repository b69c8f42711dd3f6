import { apiServerFields, apiServerTurns, openApiServer } from './apiserver-probe.ts'
import { defineProbe } from './define-probe.ts'
import { serviceTargets } from './who-to-ask.ts'

export const apiserverEndpoint = defineProbe({
  check: 'apiserver_endpoint',
  timeout: '2s',
  fields: apiServerFields,
  targets(scene) {
    const everyRounds = apiServerTurns(scene)
    return serviceTargets(scene.surroundings.apiEndpoints, scene.self).map((target) => {
      const { address, port, family } = target
      // They are all called `kubernetes`; what tells them apart is where they are.
      const name = family === 6 ? `[${address}]:${port}` : `${address}:${port}`
      return { ...target, name: target.name === 'kubernetes' ? name : target.name, everyRounds }
    })
  },
  open: openApiServer,
})
