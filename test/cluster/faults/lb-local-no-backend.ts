import { bystander } from './bystander.ts'
import type { LabFault } from './fault.ts'

/** kube-proxy short-cuts a load balancer for pods, whatever its policy: only who comes from outside would notice. */
export const lbLocalNoBackend: LabFault = {
  name: 'lb_local_no_backend',
  doc: "somebody else's load balancer has externalTrafficPolicy: Local and no pod on most nodes",
  target: 'cluster',
  example: () => 'cluster',
  ...bystander({
    name: 'lab-local',
    corefile: '.:9000 {\n  whoami\n}\n',
    port: 9000,
    service: { type: 'LoadBalancer', externalTrafficPolicy: 'Local' },
  }),
}
