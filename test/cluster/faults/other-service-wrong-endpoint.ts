import { bystander } from './bystander.ts'
import type { LabFault } from './fault.ts'

export const otherServiceWrongEndpoint: LabFault = {
  name: 'other_service_wrong_endpoint',
  doc: "somebody else's Service leads to an address where nobody is",
  target: 'cluster',
  example: () => 'cluster',
  ...bystander({ name: 'lab-wrong', corefile: '.:9000 {\n  whoami\n}\n', port: 9000, endpoints: ['198.19.130.254'] }),
}
