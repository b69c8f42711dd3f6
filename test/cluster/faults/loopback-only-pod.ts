import { bystander } from './bystander.ts'
import type { LabFault } from './fault.ts'

export const loopbackOnlyPod: LabFault = {
  name: 'loopback_only_pod',
  doc: "somebody else's pod listens on 127.0.0.1 only, so its Service refuses everybody",
  target: 'cluster',
  example: () => 'cluster',
  ...bystander({ name: 'lab-loopback', corefile: '.:9000 {\n  bind 127.0.0.1\n  whoami\n}\n', port: 9000 }),
}
