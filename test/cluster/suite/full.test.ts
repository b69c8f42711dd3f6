import t from 'tap'

import { until } from '../lab/until.ts'
import { matricesOf, observe } from '../observe/rounds.ts'
import { judge } from '../observe/verdict.ts'
import { fullRelease } from './mesh.ts'
import { rightsOf } from './rights.ts'

t.test('with everything on, NodePort, load balancer and ingress are green too', async (t) => {
  const scene = await fullRelease()
  const observer = await observe(scene)
  t.teardown(() => observer.close())
  // The address of the ingress is known when the controller has seen the Ingress and the agents have asked again.
  const matrices = await until({ what: 'cells of the ingress', timeoutMs: 90_000, everyMs: 1000 }, async () => {
    const seen = matricesOf(await observer.rounds(Date.now() - 10_000, 2), scene)
    return seen.some(({ check }) => check === 'ingress') ? seen : undefined
  })
  const seen = new Set(matrices.map(({ check }) => check))
  for (const check of ['nodeport', 'ingress', 'ingress_replica', 'external'] as const) t.ok(seen.has(check), check)
  t.notOk(seen.has('loadbalancer'), 'kube-proxy short-cuts the load balancer: not observable from inside')
  t.same(judge(matrices, [], []).unexpected, [], 'no cell fails')
})

t.test("with everything on, the agent's account may read what it then needs, and nothing more", async (t) => {
  t.same(await rightsOf('agent', 'meshprobe'), [
    'endpointslices.discovery.k8s.io [] [] [list]',
    'events [] [] [create]',
    'ingresses.networking.k8s.io [] [meshprobe] [get]',
    'services [] [meshprobe-canary] [get]',
    'services [] [meshprobe-lb] [get]',
    'services [] [meshprobe] [get]',
  ])
  t.same(await rightsOf('agent', 'ingress-nginx'), ['endpointslices.discovery.k8s.io [] [] [list]'])
})
