import { nodeNames } from '../topology.ts'
import { type DemoFault, withheld } from './fault.ts'

export const podNetworkOut: DemoFault = {
  fault: 'pod_network_out',
  doc: "packets from the node's pods are lost; those to them arrive",
  targets: nodeNames,
  on: (node) => withheld(({ layer, from }) => layer === 'pod' && from.node === node),
}
