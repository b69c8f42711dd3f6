import { lost, touches } from '../packet.ts'
import { nodeNames } from '../topology.ts'
import type { DemoFault } from './fault.ts'

export const nodeDown: DemoFault = {
  fault: 'node_down',
  doc: 'the node is off: nothing on it answers, and nobody hears from it',
  targets: nodeNames,
  on: (node) => ({ fate: (packet) => (touches(packet, node) ? lost : undefined), offNode: node }),
}
