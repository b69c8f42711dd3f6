import { isIP } from 'node:net'
import type { SecureContext } from 'node:tls'

import { duration, text } from '../config/fields.ts'
import { familyOf } from '../model/peer.ts'
import { turnsFor } from '../model/peer-choice.ts'
import { failed, reached } from '../model/result.ts'
import { converse } from './conversation.ts'
import { defineProbe } from './define-probe.ts'
import { externalNamesPerSecond } from './dns-targets.ts'
import { addressOf } from './external-address.ts'
import { externalTargets, readExternal } from './external-target.ts'
import { getUrl } from './external-url.ts'
import type { Secure } from './http-exchange.ts'
import { isAmong, statuses } from './status-list.ts'
import { trustedBy } from './trusted-by.ts'
import { serviceTargets, speaks } from './who-to-ask.ts'

export const external = defineProbe({
  check: 'external',
  timeout: '2s',
  fields: {
    targets: externalTargets('what to probe beyond the cluster: https://…, http://…, dns:NAME, tcp:HOST:PORT'),
    every: duration('60s', { min: '5s', max: '1h' }, 'how often each of them is asked'),
    okStatus: statuses(['2xx', '3xx'], 'HTTP statuses that mean success; redirects are not followed'),
    caFile: text('', "PEM file of who may sign certificates; '' for the well-known ones"),
  },

  targets({ self, surroundings, chosen, roundSeconds }, { targets, every }) {
    const [resolver] = serviceTargets([...surroundings.dnsNodeLocal, ...surroundings.dnsServices], self)
    const wanted = Math.max(1, Math.round(every / 1000 / roundSeconds))
    // Somebody else's servers: no more of them in all than names outside the cluster.
    const allowed = turnsFor(chosen.nodes, targets.length, roundSeconds, externalNamesPerSecond)
    const common = { everyRounds: Math.max(wanted, allowed), ...(resolver && { resolver }) }
    const preferred = speaks(self, 4) ? 4 : 6
    return targets
      .flatMap((written) => readExternal(written) ?? [])
      .map((where) => ({
        ...where,
        ...common,
        family: isIP(where.address) === 0 ? preferred : familyOf(where.address),
      }))
  },

  open({ targets, okStatus, caFile }, { transport, wallMs }, timeoutMs) {
    const speaksTls = targets.some((written) => written.startsWith('https:'))
    const trusted = speaksTls ? trustedBy(caFile, wallMs) : undefined
    return async (target, context) => {
      const { name, address: host, port } = target
      const address = await addressOf(target, { ...context, transport, retryMs: timeoutMs / 3 })
      if (typeof address !== 'string') return address
      if (name.startsWith('dns:')) return reached
      const connect = () => transport.connect({ address, port })
      if (name.startsWith('tcp:')) {
        context.enter('connect')
        const socket = connect()
        return converse(socket, context.signal, (settle) => socket.once('connect', () => settle(reached)))
      }
      const secure = name.startsWith('https:') && trusted ? { secure: secureFor(host, trusted()) } : {}
      const status = await getUrl(name, () => ({ socket: connect(), ...secure }), context)
      if (typeof status !== 'number') return status
      return isAmong(status, okStatus) ? reached : failed('bad_status', `status ${status}`)
    }
  },
})

function secureFor(host: string, secureContext: SecureContext): Secure {
  const secure = { host, secureContext, rejectUnauthorized: true }
  return isIP(host) === 0 ? { ...secure, servername: host } : secure
}
