import type { Packet } from '../packet.ts'
import { nodeNames } from '../topology.ts'
import { type DemoFault, withheld } from './fault.ts'
import { crosses, zonePairs, zonesIn } from './zone-pair.ts'

/** What still fits: an overlay's headers on a path of 1450 bytes. */
const fits = 1400

export const mtu: DemoFault = {
  fault: 'mtu',
  doc: 'packets of more than 1400 bytes between pods are lost, smaller ones arrive',
  targets: [...nodeNames, ...zonePairs],
  on: (target) => withheld((packet) => packet.layer === 'pod' && packet.bytes > fits && isOnPath(packet, target)),
}

function isOnPath(packet: Packet, target: string): boolean {
  if (!target.includes(':')) return packet.from.node === target || packet.to.node === target
  const [a, b] = zonesIn(target)
  return crosses(packet, a, b) || crosses(packet, b, a)
}
