import { extraEndpoint } from './extra-endpoint.ts'
import type { LabFault } from './fault.ts'

/** In the range of a node's pods, and never given to one. */
const nobody = '198.19.129.254'

export const serviceDeadEndpoint: LabFault = {
  name: 'service_dead_endpoint',
  doc: "one of the backends of the agents' Service does not exist",
  target: 'cluster',
  example: () => 'cluster',
  ...extraEndpoint('lab-dead-endpoint', nobody, 7790),
  reasons: ['timeout', 'unreachable', 'bad_status'],
  finding: () => ({ fault: 'service_stale', entity: 'meshprobe/meshprobe' }),
}
