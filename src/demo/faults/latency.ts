import { touches } from '../packet.ts'
import { nodeNames } from '../topology.ts'
import type { DemoFault } from './fault.ts'

const delayMs = 80

export const latency: DemoFault = {
  fault: 'latency',
  doc: 'a slow node: every packet to or from it takes 80 ms more, so every answer 160 ms',
  targets: nodeNames,
  on: (node) => ({
    fate: (packet) => (packet.layer !== 'local' && touches(packet, node) ? { loss: 0, delayMs } : undefined),
  }),
}
