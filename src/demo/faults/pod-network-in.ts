import { nodeNames } from '../topology.ts'
import { type DemoFault, withheld } from './fault.ts'

export const podNetworkIn: DemoFault = {
  fault: 'pod_network_in',
  doc: "packets to the node's pods are lost; those from them arrive",
  targets: nodeNames,
  on: (node) => withheld(({ layer, to }) => layer === 'pod' && to.node === node),
}
