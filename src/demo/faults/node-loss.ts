import { touches } from '../packet.ts'
import { nodeNames } from '../topology.ts'
import type { DemoFault } from './fault.ts'

const loss = 0.2

export const nodeLoss: DemoFault = {
  fault: 'node_loss',
  doc: '20 % of all packets to and from the node are lost, its host address included',
  targets: nodeNames,
  on: (node) => ({
    fate: (packet) => (packet.layer !== 'local' && touches(packet, node) ? { loss, delayMs: 0 } : undefined),
  }),
}
