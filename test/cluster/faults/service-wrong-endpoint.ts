import { extraEndpoint } from './extra-endpoint.ts'
import type { LabFault } from './fault.ts'
import type { Scene } from './scene.ts'

const name = 'lab-wrong-endpoint'
const healthPort = 8080
const at = ({ dns }: Scene) => extraEndpoint(name, dns[0]?.ip ?? '', healthPort)

export const serviceWrongEndpoint: LabFault = {
  name: 'service_wrong_endpoint',
  doc: "one of the backends of the agents' Service is somebody else's web server",
  target: 'cluster',
  example: () => 'cluster',
  set: (target, scene) => at(scene).set(target, scene),
  heal: (target, scene) => at(scene).heal(target, scene),
  fails: (cell, target, scene) => at(scene).fails?.(cell, target, scene) ?? 'none',
  reasons: ['bad_reply', 'bad_status', 'wrong_peer'],
  finding: () => ({ fault: 'service_stale', entity: 'meshprobe/meshprobe' }),
}
