import { spread } from '../model/hash.ts'
import type { Target } from '../model/target.ts'
import { identityByDatagram } from './datagram-identity.ts'
import { createFixedLines, openLine } from './datagram-line.ts'
import { defineProbe } from './define-probe.ts'
import { peerTargets } from './who-to-ask.ts'

/** Datagrams a peer gets in a round, whatever their source ports: the receiver expects as many. */
const perRound = 3
const fixedPorts = 8

export const peerUdp = defineProbe({
  check: 'peer_udp',
  timeout: '1s',
  fields: {},

  targets: (scene) =>
    peerTargets(scene).flatMap((target) =>
      target.stable
        ? [
            { ...target, perRound: perRound - 1 },
            { ...target, perRound: 1, variant: 'fixed' as const },
          ]
        : [{ ...target, perRound }],
    ),

  open(_options, tools) {
    const { transport, self } = tools
    const fixed = createFixedLines(transport)
    return async (target, context) => {
      const question = { target, index: wireIndex(target, context.index), size: 0 }
      const { family, name } = target
      if (target.variant === 'fixed') {
        const slot = spread(`${self.node}>${name}`, fixedPorts)
        return fixed.over({ family, slot }, (line) => identityByDatagram({ ...question, line }, tools, context))
      }
      const line = openLine(transport, family)
      try {
        return await identityByDatagram({ ...question, line }, tools, context)
      } finally {
        line.socket.close()
      }
    }
  },
})

/** Both targets of a stable peer share one numbering: 0 and 1 leave from fresh ports, 2 from the fixed one. */
function wireIndex({ variant, perRound: ownShare }: Target, index: number): number {
  const scheduled = index < ownShare
  return variant === 'fixed' || !scheduled ? index + perRound - ownShare : index
}
