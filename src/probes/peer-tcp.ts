import { reached } from '../model/result.ts'
import { converse } from './conversation.ts'
import { defineProbe } from './define-probe.ts'
import { peerTargets } from './who-to-ask.ts'

export const peerTcp = defineProbe({
  check: 'peer_tcp',
  timeout: '2s',
  fields: {},
  targets: peerTargets,
  open:
    (_options, { transport }) =>
    (target, { signal, enter }) => {
      enter('connect')
      const socket = transport.connect(target)
      return converse(socket, signal, (settle) => socket.once('connect', () => settle(reached)))
    },
})
