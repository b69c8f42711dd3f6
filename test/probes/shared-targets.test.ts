import t from 'tap'

import { clusterip } from '../../src/probes/clusterip.ts'
import { ingress } from '../../src/probes/ingress.ts'
import { ingressReplica } from '../../src/probes/ingress-replica.ts'
import { loadbalancer } from '../../src/probes/loadbalancer.ts'
import { serviceCanary } from '../../src/probes/service-canary.ts'
import { peerOn } from '../support/agent.ts'
import { configured } from '../support/ask.ts'
import { sceneOf } from '../support/scenes.ts'

const service4 = { name: 'mesh/agents', ip: '10.96.0.7', family: 4, port: 80 } as const
const service6 = { ...service4, ip: 'fd00:96::7', family: 6 } as const
const target = { name: 'mesh/agents', address: '10.96.0.7', port: 80, family: 4, stable: false, perRound: 1 }

t.test('checks of Services ask the addresses of the families that we have', async (t) => {
  const canary = [{ sinceMs: 1, nodes: ['a'] }]
  const cases = [
    { kind: clusterip, around: { clusterIps: [service4, service6] } },
    { kind: serviceCanary, around: { canaryIps: [service4, service6], canary }, more: { canary } },
    { kind: loadbalancer, around: { loadBalancers: [service4, service6].map((ip) => ({ ...ip, observable: true })) } },
    { kind: ingress, around: { ingressAddresses: [service4, service6] } },
    { kind: ingressReplica, around: { ingressReplicas: [service4, service6] } },
  ]
  for (const { kind, around, more } of cases) {
    const probe = configured(kind)
    const targets = probe.targets(sceneOf([peerOn('a')], {}, around))
    t.same(targets, [{ ...target, check: kind.check, everyRounds: 1, ...more }])
    t.equal(probe.targets(sceneOf([peerOn('a')], { podIps: ['10.0.0.1', 'fd00::1'] }, around)).length, 2)
    t.same(probe.targets(sceneOf([peerOn('a')])), [], 'nothing known, nobody asked')
  }
})

t.test('a load balancer that kube-proxy short-cuts is not asked: it would prove nothing', async (t) => {
  const scene = sceneOf([peerOn('a')], {}, { loadBalancers: [{ ...service4, observable: false }] })
  t.same(configured(loadbalancer).targets(scene), [])
})

t.test('nodes take turns at an ingress when all of them would be too many', async (t) => {
  const peers = Array.from({ length: 1200 }, (_, i) => peerOn(i === 0 ? 'a' : `n${i}`))
  const scene = sceneOf(peers, {}, { ingressAddresses: [service4], ingressReplicas: [service4] })
  // 1,200 a round of 10 s are 120 a second; 50 are allowed.
  t.match(configured(ingress).targets(scene), [{ everyRounds: 3 }])
  t.match(configured(ingressReplica).targets(scene), [{ everyRounds: 3 }])
})
