import t from 'tap'

import { refusal, render, type Values } from './helm.ts'

const policy = { 'networkPolicy.enabled': true, 'networkPolicy.apiServerCidrs': ['192.0.2.1/32'] }

/** What cannot work together, what the chart says of it, and what makes it work. */
const combinations: readonly { readonly values: Values; readonly said: RegExp; readonly cured: Values }[] = [
  {
    values: { config: { drain: '30s' } },
    said: /terminationGracePeriodSeconds is 30 s, so the agent is killed before config.drain, 30s, is over: raise it/,
    cured: { 'agent.terminationGracePeriodSeconds': 31 },
  },
  {
    values: { config: { drain: '1m' } },
    said: /before config.drain, 1m, is over/,
    cured: { 'agent.terminationGracePeriodSeconds': 61 },
  },
  {
    values: { 'meshKey.existingSecret': 'mine', 'meshKey.generation': 2 },
    said: /meshKey.generation rotates the generated key only: leave it at 1 and rotate the keys in the Secret mine/,
    cured: { 'meshKey.generation': 1 },
  },
  {
    values: { 'meshKey.existingSecret': 'mine', 'meshKey.existingSecretKeys': [] },
    said: /meshKey.existingSecret needs meshKey.existingSecretKeys/,
    cured: { 'meshKey.existingSecretKeys': ['a'] },
  },
  {
    values: { 'agent.updateStrategy.maxSurge': '10%' },
    said: /exactly one of agent.updateStrategy.maxUnavailable and maxSurge can be 0: set the other one to 0/,
    cured: { 'agent.updateStrategy.maxUnavailable': 0 },
  },
  {
    values: { 'agent.updateStrategy.maxUnavailable': 0 },
    said: /exactly one of/,
    cured: { 'agent.updateStrategy.maxSurge': 1 },
  },
  {
    values: {
      'agent.hostNetwork': true,
      'agent.updateStrategy.maxSurge': 1,
      'agent.updateStrategy.maxUnavailable': '0%',
    },
    said: /with agent.hostNetwork set agent.updateStrategy.maxSurge to 0 and maxUnavailable to 10%/,
    cured: { 'agent.hostNetwork': false },
  },
  {
    values: { 'resourceQuota.enabled': true },
    said: /set agent.priorityClassName, or resourceQuota.enabled to false/,
    cured: { 'agent.priorityClassName': 'system-node-critical' },
  },
  {
    values: { 'service.nodePort': 30790 },
    said: /service.nodePort needs service.type NodePort/,
    cured: { 'service.type': 'NodePort' },
  },
  {
    values: { 'ingress.enabled': true },
    said: /ingress.enabled needs ingress.host/,
    cured: { 'ingress.host': 'a.example' },
  },
  {
    values: { 'ingress.controller.service': 'nginx' },
    said: /ingress.controller needs both namespace and service, or none of them/,
    cured: { 'ingress.controller.namespace': 'edge' },
  },
  {
    values: { 'httpRoute.enabled': true },
    said: /httpRoute.enabled needs httpRoute.parentRefs/,
    cured: { 'httpRoute.parentRefs': [{ name: 'gateway' }] },
  },
  {
    values: { 'podMonitor.enabled': true, 'serviceMonitor.enabled': true },
    said: /podMonitor and serviceMonitor would scrape everything twice: enable one of them/,
    cured: { 'serviceMonitor.enabled': false },
  },
  {
    values: { scrapeAnnotations: true, 'podMonitor.enabled': true },
    said: /set scrapeAnnotations to false/,
    cured: { scrapeAnnotations: false },
  },
  {
    values: { scrapeAnnotations: true, 'serviceMonitor.enabled': true },
    said: /set scrapeAnnotations to false/,
    cured: { 'serviceMonitor.enabled': false },
  },
  {
    values: { 'networkPolicy.enabled': true, 'networkPolicy.nodeCidrs': ['192.0.2.0/24'] },
    said: /needs networkPolicy.apiServerCidrs, from `kubectl get endpointslices,service kubernetes -n default`/,
    cured: policy,
  },
  {
    values: policy,
    said: /needs networkPolicy.nodeCidrs, from `kubectl get nodes -o wide`/,
    cured: { 'networkPolicy.nodeCidrs': ['192.0.2.0/24'] },
  },
  {
    values: { ...policy, 'networkPolicy.nodeCidrs': ['192.0.2.0/24'], 'agent.hostNetwork': true },
    said: /a NetworkPolicy does not hold for agent.hostNetwork: set networkPolicy.enabled to false/,
    cured: { 'networkPolicy.enabled': false },
  },
  {
    values: { 'agent.serviceAccount.create': false },
    said: /agent.serviceAccount.create false needs agent.serviceAccount.name/,
    cured: { 'agent.serviceAccount.name': 'mine' },
  },
  {
    values: { 'aggregator.serviceAccount.create': false },
    said: /aggregator.serviceAccount.create false needs aggregator.serviceAccount.name/,
    cured: { 'aggregator.serviceAccount.name': 'mine' },
  },
  {
    values: { 'aggregator.history.claim.enabled': true },
    said: /a claim for the history can be had by one pod only: set aggregator.replicas to 1, or leave out/,
    cured: { 'aggregator.replicas': 1 },
  },
  {
    values: { 'aggregator.history': { existingClaim: 'mine', claim: { enabled: true } }, 'aggregator.replicas': 1 },
    said: /existingClaim and claim.enabled are two places for one history: choose one/,
    cured: { 'aggregator.history.claim.enabled': false },
  },
]

for (const { values, said, cured } of combinations) {
  t.test(`${JSON.stringify(values)} is refused, ${JSON.stringify(cured)} is the way out`, async (t) => {
    t.match(await refusal(values), said)
    t.equal(await refusal({ ...values, ...cured }), '')
  })
}

t.test('everything that is wrong is said at once', async (t) => {
  const said = await refusal({
    'service.nodePort': 30790,
    'ingress.enabled': true,
    'agent.serviceAccount.create': false,
  })
  for (const problem of [/^- service.nodePort/m, /^- ingress.enabled/m, /^- agent.serviceAccount.create/m])
    t.match(said, problem)
})

const mistakes: readonly Values[] = [
  { imgae: {} },
  { 'agent.toleration': [] },
  { 'podMonitor.intervall': '5s' },
  { 'ingress.controller.name': 'x' },
  { 'service.type': 'LoadBalancer' },
  { 'service.nodePort': '30790' },
  { 'image.digest': 'sha256:12' },
  { 'image.pullPolicy': 'Sometimes' },
  { 'meshKey.generation': 0 },
  { 'agent.updateStrategy.maxUnavailable': '110%' },
  { 'podMonitor.interval': '30' },
  { ipFamilies: ['IPv5'] },
  { 'networkPolicy.nodeCidrs': ['192.0.2.1'] },
  { 'global.imagePullSecrets': [{ nmae: 'x' }] },
  { config: [] },
  { 'aggregator.replicas': 0 },
  { 'aggregator.history.keep': '7d' },
  { 'aggregator.spread.nodes': 'hard' },
  { 'aggregator.networkPolicy': {} },
]

for (const values of mistakes) {
  t.test(`the schema refuses ${JSON.stringify(values)}`, async (t) => {
    t.match(await refusal(values), /values don't meet the specifications of the schema/)
  })
}

t.test('values of a parent chart for its other charts are none of our business', async (t) => {
  t.ok(await render({ 'global.storageClass': 'fast' }))
})
