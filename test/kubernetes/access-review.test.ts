import t from 'tap'

import { systemClock } from '../../src/agent/system-clock.ts'
import { createAccessReview } from '../../src/kubernetes/access-review.ts'
import { openApi } from '../../src/kubernetes/api-client.ts'
import { ApiError } from '../../src/kubernetes/api-error.ts'
import { noPrograms, openClusterApi } from '../support/cluster-api.ts'

const right = {
  ...{ verb: 'get', group: '', resource: 'services', subresource: 'proxy' },
  ...{ namespace: 'meshprobe', name: 'meshprobe-aggregator' },
}

t.test('who may read is asked of a real API server', { skip: noPrograms, timeout: 120_000 }, async (t) => {
  const cluster = await openClusterApi(t)
  const verbs = ['create']
  await cluster.grant('reviewer', {
    '': [
      { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs },
      { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs },
    ],
  })
  const resourceNames = ['meshprobe-aggregator']
  await cluster.grant('reader', {
    meshprobe: [{ apiGroups: [''], resources: ['services/proxy'], verbs: ['get'], resourceNames }],
  })
  await cluster.grant('stranger', {})
  const { server, relay, requests } = await cluster.as('reviewer', { timeoutMs: 2000 })
  const api = openApi(server, new AbortController().signal)
  t.teardown(api.close)
  let aheadMs = 0
  const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + aheadMs }
  const mayRead = createAccessReview(api, right, clock)
  const tokenOf = async (account: string) =>
    `Bearer ${await cluster.kubectl(['create', 'token', account, '-n', 'meshprobe'])}`
  const reader = await tokenOf('reader')

  t.equal(await mayRead(reader), 'yes')
  t.equal(await mayRead(await tokenOf('stranger')), 'no', 'a token of the cluster without the right')
  t.equal(await mayRead('Bearer of.bad.news'), 'unauthenticated')
  const asked = requests.length
  t.equal(await mayRead(undefined), 'unauthenticated')
  t.equal(await mayRead('Basic YTpi'), 'unauthenticated')
  t.equal(await mayRead(`Bearer ${'x'.repeat(20_000)}`), 'unauthenticated')
  t.equal(await mayRead(reader), 'yes')
  t.equal(requests.length, asked, 'what is no token is not asked about, and a verdict is kept')

  relay.cut()
  t.equal(await mayRead(reader), 'yes', 'for a minute also while the API server does not answer')
  aheadMs = 61_000
  await t.rejects(mayRead(reader), ApiError, 'then nobody knows')
  relay.heal()
  await cluster.kubectl(['delete', 'role', 'reader', '-n', 'meshprobe'])
  t.equal(await mayRead(reader), 'no', 'who lost the right may not')
})
