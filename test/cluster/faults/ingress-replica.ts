import { droppedEverywhere } from './blocks.ts'
import { type LabFault, lost } from './fault.ts'
import { isOneOf, numbered } from './named.ts'

export const ingressReplica: LabFault = {
  name: 'ingress_replica',
  doc: 'ingress controllers answer nobody, and are Ready all the same',
  target: 'ingress_pod',
  example: () => 'ingress-1',
  ...droppedEverywhere({
    name: 'ingress_replica',
    hook: 'forward',
    drops: (target, { ingress }) =>
      numbered(target, 'ingress', ingress).map(({ ip }) => `ip daddr ${ip} tcp dport 8080`),
  }),
  loses: ({ to }, target, { ingress }) => lost(isOneOf(to, numbered(target, 'ingress', ingress))),
  reasons: ['timeout'],
  finding: (target, { ingress }) =>
    target.includes(',')
      ? { fault: 'ingress_down', entity: 'meshprobe/meshprobe' }
      : { fault: 'ingress_replica', entity: numbered(target, 'ingress', ingress)[0]?.pod ?? '' },
}
