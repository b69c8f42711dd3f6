import t from 'tap'

import { serviceCanary } from '../../src/probes/service-canary.ts'
import { ask, configured, targetOn, toolsFor } from '../support/ask.ts'
import { node2, respond } from '../support/responders.ts'
import { closedPort } from '../support/servers.ts'

const nowMs = 1_000_000
const tools = toolsFor({ wallMs: () => nowMs })
const probe = configured(serviceCanary, {}, tools)

t.test('service_canary says which backend is stale and since when', async (t) => {
  const { port } = await respond(t)
  const [us, other] = [['node-2', 'node-3'], ['node-4']]
  const stale = { outcome: 'failed', reason: 'wrong_peer' }
  const cases = [
    { name: 'in the newest', canary: [gen(300, other), gen(20, us)], expected: { outcome: 'reached' } },
    { name: 'replaced a moment ago', canary: [gen(60, us), gen(14, other)], expected: { outcome: 'reached' } },
    { name: 'replaced 16 s ago', canary: [gen(60, us), gen(16, other)], expected: stale },
    { name: 'back again', canary: [gen(90, us), gen(60, other), gen(5, us)], expected: { outcome: 'reached' } },
    { name: 'two generations old', canary: [gen(75, us), gen(70, other), gen(10, other)], expected: stale },
    {
      name: 'two changes in a moment',
      canary: [gen(75, us), gen(14, other), gen(2, other)],
      expected: { outcome: 'reached' },
    },
    { name: 'newer than what we know', canary: [gen(60, other)], expected: { outcome: 'reached' } },
    { name: 'nothing known', canary: [], expected: { outcome: 'reached' } },
  ]
  for (const { name, canary, expected } of cases) {
    t.match(await ask(probe, targetOn(probe, port, { canary })), expected, name)
  }
  t.match(await ask(probe, targetOn(probe, port, { canary: [gen(200, us), gen(75, other)] })), {
    detail: 'node-2 answers, which left the Service 75 s ago: kube-proxy on this node is stale',
  })
})

t.test('service_canary is as patient as its settings', async (t) => {
  const { port } = await respond(t)
  const patient = configured(serviceCanary, { grace: 60_000 }, tools)
  const target = targetOn(patient, port, { canary: [gen(90, ['node-2']), gen(50, ['node-4'])] })
  t.match(await ask(patient, target), { outcome: 'reached', answer: { identity: { node: 'node-2' } } })
})

t.test('service_canary says what else fails', async (t) => {
  t.match(await ask(probe, targetOn(probe, await closedPort())), { reason: 'refused' })
  const { port } = await respond(t, { identity: () => ({ ...node2, cluster: 'another' }) })
  t.match(await ask(probe, targetOn(probe, port)), { reason: 'wrong_peer', detail: /another/ })
})

function gen(secondsAgo: number, nodes: readonly string[]) {
  return { sinceMs: nowMs - secondsAgo * 1000, nodes }
}
