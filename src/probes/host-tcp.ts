import { reasonFor } from '../model/failure.ts'
import { type Outcome, reached } from '../model/result.ts'
import { converse } from './conversation.ts'
import { defineProbe } from './define-probe.ts'
import { speaks } from './who-to-ask.ts'

export const hostTcp = defineProbe({
  check: 'host_tcp',
  timeout: '2s',
  fields: {},

  targets: ({ self, chosen }) =>
    chosen.hosts.flatMap((peer) =>
      peer.hostIps
        .filter(({ family }) => speaks(self, family))
        .map(({ ip, family }) => ({ name: peer.node, address: ip, family, port: peer.hostPort, peer, stable: true })),
    ),

  open:
    (_options, { transport }) =>
    async (target, { signal, enter }): Promise<Outcome> => {
      enter('connect')
      const socket = transport.connect(target)
      try {
        return await converse(socket, signal, (settle) => socket.once('connect', () => settle(reached)))
      } catch (error) {
        // The host's kernel has answered, which is all we ask of it.
        if (!signal.aborted && reasonFor(error) === 'refused') return reached
        throw error
      }
    },
})
