import type { LabFault } from './fault.ts'
import { ingressReplica } from './ingress-replica.ts'
import type { Scene } from './scene.ts'

const all = ({ ingress }: Scene) => ingress.map((_, index) => `ingress-${index + 1}`).join()

export const ingressDown: LabFault = {
  ...ingressReplica,
  name: 'ingress_down',
  doc: 'all ingress controllers answer nobody',
  target: 'cluster',
  example: () => 'cluster',
  set: (_target, scene) => ingressReplica.set(all(scene), scene),
  heal: (_target, scene) => ingressReplica.heal(all(scene), scene),
  loses: (flow, _target, scene) => ingressReplica.loses?.(flow, all(scene), scene) ?? 'none',
  finding: () => ({ fault: 'ingress_down', entity: 'meshprobe/meshprobe' }),
}
