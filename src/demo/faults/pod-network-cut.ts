import { touches } from '../packet.ts'
import { nodeNames } from '../topology.ts'
import { type DemoFault, withheld } from './fault.ts'

export const podNetworkCut: DemoFault = {
  fault: 'pod_network_cut',
  doc: 'pods on the node are cut off both ways; its host address is fine',
  targets: nodeNames,
  on: (node) => withheld((packet) => packet.layer === 'pod' && touches(packet, node)),
}
