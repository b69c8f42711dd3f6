import { failed } from '../model/result.ts'
import { apiServerFields, apiServerTurns, openApiServer } from './apiserver-probe.ts'
import { defineProbe } from './define-probe.ts'
import { lookUp } from './dns-lookup.ts'
import { apiServerName, clusterDomain } from './dns-names.ts'
import { serviceTargets } from './who-to-ask.ts'

export const apiserverDns = defineProbe({
  check: 'apiserver_dns',
  timeout: '2s',
  fields: { ...apiServerFields, clusterDomain },

  targets(scene, options) {
    const { self, surroundings } = scene
    const [resolver] = serviceTargets([...surroundings.dnsNodeLocal, ...surroundings.dnsServices], self)
    if (resolver === undefined) return []
    const address = apiServerName(options.clusterDomain)
    const everyRounds = apiServerTurns(scene)
    return serviceTargets(surroundings.apiServices, self).map((service) => ({
      ...service,
      address,
      resolver,
      everyRounds,
    }))
  },

  open(options, tools, timeoutMs) {
    const askReadyz = openApiServer(options, tools)
    return async ({ address: name, port, family, resolver: server }, context) => {
      if (server === undefined) return failed('name_server_failed', 'no name server is known')
      // A third, so that an answer to the second try leaves time for the rest.
      const asking = { ...context, transport: tools.transport, server, retryMs: timeoutMs / 3 }
      const address = await lookUp(name, family, asking)
      return typeof address === 'string' ? askReadyz({ address, port }, context) : address
    }
  },
})
