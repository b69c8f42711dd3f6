import { integer } from '../config/fields.ts'
import type { IpFamily } from '../model/check.ts'
import { identityByDatagram } from './datagram-identity.ts'
import { openLine } from './datagram-line.ts'
import { defineProbe } from './define-probe.ts'
import { createMtuLookup } from './local-mtu.ts'
import { peerTargets } from './who-to-ask.ts'

const largest = 9216
const headerBytes: Readonly<Record<IpFamily, number>> = { 4: 20 + 8, 6: 40 + 8 }

export const peerMtu = defineProbe({
  check: 'peer_mtu',
  timeout: '1s',
  fields: {
    bytes: integer(
      0,
      { min: 0, max: largest },
      'size of the IP packet; 0 for the MTU of the interface, or of the route where the kernel shows it',
    ),
  },

  targets: peerTargets,

  open({ bytes }, tools) {
    const mtuTowards = createMtuLookup(tools.wallMs)
    return async (target, context) => {
      const { address, family } = target
      const size = datagramBytes(bytes === 0 ? mtuTowards(address) : bytes, family)
      const line = openLine(tools.transport, family)
      try {
        return await identityByDatagram({ line, target, index: context.index, size }, tools, context)
      } finally {
        line.socket.close()
      }
    }
  },
})

/** What a datagram may carry so that its IP packet has `packetBytes`. */
export function datagramBytes(packetBytes: number, family: IpFamily): number {
  return Math.min(packetBytes, largest) - headerBytes[family]
}
