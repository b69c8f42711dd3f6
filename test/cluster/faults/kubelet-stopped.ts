import type { LabFault } from './fault.ts'
import { frozen } from './frozen.ts'

export const kubeletStopped: LabFault = {
  name: 'kubelet_stopped',
  doc: 'the kubelet of a node hangs; its pods and its network go on',
  target: 'node',
  example: () => 'w6',
  ...frozen((target) => [`kubelet-${target}`]),
  reasons: [],
  finding: () => 'none',
}
