import { text } from '../config/fields.ts'
import { failed } from '../model/result.ts'
import { apiServerFields, apiServerTurns, openApiServer } from './apiserver-probe.ts'
import { defineProbe } from './define-probe.ts'
import { askDns } from './dns-exchange.ts'
import { apiServerName } from './dns-names.ts'
import { serviceTargets } from './who-to-ask.ts'

export const apiserverDns = defineProbe({
  check: 'apiserver_dns',
  timeout: '3s',
  fields: { ...apiServerFields, clusterDomain: text('cluster.local', "the cluster's own domain") },

  targets(scene, options) {
    const { dnsServices, dnsNodeLocal, apiServices } = scene.surroundings
    const [service] = apiServices
    const [resolver] = serviceTargets([...dnsNodeLocal, ...dnsServices], scene.self)
    if (service === undefined || resolver === undefined) return []
    const { name, port, family } = service
    return [
      {
        name,
        port,
        family,
        address: apiServerName(options.clusterDomain),
        resolver,
        everyRounds: apiServerTurns(scene),
      },
    ]
  },

  open(options, tools, timeoutMs) {
    const askReadyz = openApiServer(options, tools)
    return async (target, context) => {
      const { signal, enter } = context
      enter('resolve')
      const { resolver: server, address: name, port } = target
      if (server === undefined) return failed('name_server_failed', 'no DNS server is known')
      const asking = { transport: tools.transport, server, signal, retryMs: timeoutMs / 3 }
      const answer = await askDns({ name, type: target.family === 6 ? 'AAAA' : 'A' }, asking)
      if ('outcome' in answer) return answer
      if (answer.rcode === 'NXDOMAIN') return failed('name_not_found', `${name} does not exist`)
      if (answer.rcode !== 'NOERROR') return failed('name_server_failed', `${answer.rcode} for ${name}`)
      const [address] = answer.addresses
      if (address === undefined) return failed('name_not_found', `${name} has no address`)
      return askReadyz({ address, port }, context)
    }
  },
})
