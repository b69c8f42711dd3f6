import { nodeNames } from '../topology.ts'
import type { DemoFault } from './fault.ts'

export const kubeProxy: DemoFault = {
  fault: 'kube_proxy',
  doc: 'kube-proxy on the node stops, then half of all backends are replaced: virtual addresses fail from there only',
  targets: nodeNames,
  on: (node) => ({ stoppedProxy: node }),
}
