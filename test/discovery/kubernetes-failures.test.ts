import t from 'tap'

import { isPassing } from '../../src/kubernetes/api-error.ts'
import {
  type Answer,
  cut,
  garbage,
  gzipCut,
  gzipped,
  huge,
  json,
  recorded,
  refuse,
  silent,
  slow,
} from '../support/api-server.ts'
import { watchApi } from './watching.ts'

const peers = '/namespaces/meshprobe/endpointslices'
const good = recorded('peers')

// Only silence and slowness wait for it; the others must not run into it on a busy machine.
const shortMs = 700

const bad: readonly { readonly name: string; readonly answer: Answer; readonly code: number; readonly says: RegExp }[] =
  [
    { name: '401', answer: refuse(401), code: 401, says: /Could not list .*HTTP 401/ },
    { name: '429', answer: refuse(429), code: 429, says: /HTTP 429/ },
    { name: '500', answer: refuse(500), code: 500, says: /HTTP 500: refused with 500/ },
    { name: 'redirect', answer: refuse(302), code: 302, says: /HTTP 302/ },
    { name: 'cut mid-body', answer: cut(good), code: 0, says: /aborted|socket hang up|Premature close/ },
    { name: 'gzip cut', answer: gzipCut(good), code: 0, says: /unexpected end of file/ },
    { name: 'silence', answer: silent, code: 0, says: /No whole answer within 700 ms/ },
    { name: 'a byte now and then', answer: slow, code: 0, says: /No whole answer within 700 ms/ },
    { name: 'too much', answer: huge(17 * 1024 * 1024), code: 0, says: /at most 16777216 bytes/ },
    { name: 'garbage', answer: garbage('<html>'), code: 200, says: /Expected JSON/ },
  ]

for (const { name, answer, code, says } of bad) {
  t.test(`discovery keeps the last known peers through ${name}`, async (t) => {
    const timeout = [silent, slow].includes(answer) ? shortMs : 10_000
    const { api, latest, poll, lines, counted, seen } = await watchApi(t, { values: { timeout } })
    await poll()
    counted.length = 0
    api.script(peers, answer)
    await poll()
    t.equal(latest().view.peers.length, 3)
    t.match(lines.join('\n'), says)
    t.same(counted[0], { verb: 'list', resource: 'endpointslices', code, ok: false })
    api.script(peers, gzipped(good))
    await poll()
    t.match(lines.at(-1), /answers again about peers/)
    t.equal(seen.length, 2, 'nothing changed, so nothing was said')
  })
}

t.test('discovery keeps everything while nothing listens, and asks ever more seldom', async (t) => {
  const { api, latest, poll, clock, counted, lines } = await watchApi(t)
  api.script('/kube-system/endpointslices', json(recorded('dns')))
  await poll()
  await api.close()
  counted.length = 0
  const waits = []
  for (let i = 0; i < 8; i++) waits.push(await poll())
  t.same(waits, [30_000, 2812.5, 5625, 11_250, 22_500, 22_500, 22_500, 22_500])
  t.equal(counted.length, 16, 'two questions a poll, then it is taken for away')
  t.match(counted[0], { verb: 'list', resource: 'endpointslices', code: 0, ok: false })
  t.equal(lines.length, 2, 'each trouble is told once')
  t.equal(latest().view.peers.length, 3)
  t.equal(latest().dnsReplicas.length, 2)
  t.equal(clock.sleeping().length, 1)
})

t.test('discovery waits as long as Retry-After says, and asks nothing else meanwhile', async (t) => {
  const { api, poll } = await watchApi(t)
  api.script(peers, refuse(429, { retryAfter: '47' }), json(good))
  await poll()
  t.equal(api.requests.length, 1)
  t.equal(await poll(), 47_000 * 1.1)
  t.equal(api.requests.length, 5)
})

t.test('discovery does not believe a Retry-After of a day, nor one of nonsense', async (t) => {
  const { api, poll } = await watchApi(t)
  api.script(peers, refuse(429, { retryAfter: '86400' }), refuse(503, { retryAfter: 'soon' }), json(good))
  await poll()
  t.equal(await poll(), 300_000 * 1.1)
  t.equal(await poll(), 7500 * 0.75)
})

t.test('discovery says which right is missing, and goes on with the others', async (t) => {
  const { api, latest, poll, lines } = await watchApi(t)
  const message =
    'endpointslices.discovery.k8s.io is forbidden: User "system:serviceaccount:meshprobe:agent" cannot list'
  api.script('/kube-system/endpointslices', refuse(403, { message }))
  api.script('/services/meshprobe', refuse(403))
  api.script('/endpointslices/kubernetes', json(recorded('kubernetes')))
  await poll()
  t.same(lines, [
    'May not get services meshprobe in namespace meshprobe, so our ClusterIP and NodePort stay as last known; ' +
      'grant it there in a Role (HTTP 403: refused with 403)',
    'May not list endpointslices.discovery.k8s.io in namespace kube-system, so DNS replicas stay as last known; ' +
      `grant it there in a Role (HTTP 403: ${message})`,
  ])
  t.equal(latest().view.peers.length, 3)
  t.equal(latest().apiEndpoints.length, 3)
  t.equal(await poll(), 30_000, 'a missing right does not come sooner for being asked more often')
  t.equal(lines.length, 2)
})

t.test('discovery reads the token again when it is refused, once', async (t) => {
  const { api, latest, poll, rotate, lines } = await watchApi(t)
  const onlyFor =
    (token: string): Answer =>
    (response, request) =>
      (request.headers.authorization === `Bearer ${token}` ? json(good) : refuse(401))(response, request)
  api.script(
    peers,
    (response, request) => {
      rotate('token-2')
      onlyFor('token-2')(response, request)
    },
    onlyFor('token-2'),
  )
  await poll()
  t.same(
    api.requestsFor(peers).map(({ headers }) => headers.authorization),
    ['Bearer token-1', 'Bearer token-2'],
  )
  t.equal(latest().view.peers.length, 3)
  t.same(lines, [])
  rotate('token-3')
  await poll()
  t.equal(api.requestsFor(peers).at(-1)?.headers.authorization, 'Bearer token-3')
  t.equal(api.requestsFor(peers).length, 4, 'refused twice is refused')
})

t.test('discovery without a readable token says so and tries again', async (t) => {
  const { poll, lines, counted } = await watchApi(t, {
    values: { namespace: 'meshprobe' },
    deps: {
      readFile: async (path) => {
        throw new Error(`ENOENT: no such file, open '${path}'`)
      },
    },
  })
  await poll()
  t.match(lines[0], /Could not list .*ENOENT.*token/)
  t.equal(counted.length, 2)
  t.equal(await poll(), (30_000 / 8) * 0.75)
})

t.test('discovery does not trust a server that somebody else signed', async (t) => {
  const other = await watchApi(t)
  const { poll, api, lines } = await watchApi(t, {
    deps: { readFile: async (path) => (path.endsWith('ca.crt') ? other.api.ca : 'x') },
    values: { namespace: 'meshprobe' },
  })
  await poll()
  t.match(lines[0], /self-signed|unable to verify|signature/i)
  t.equal(api.requests.length, 0, 'the token is not sent')
})

t.test('discovery does not believe that nobody is there', async (t) => {
  const { api, latest, poll } = await watchApi(t)
  await poll()
  api.script(peers, json(recorded('empty-list')))
  await poll()
  t.equal(latest().view.peers.length, 3)
})

t.test('discovery puts pages together', async (t) => {
  const { api, latest, poll } = await watchApi(t)
  const { items, ...rest } = good as { items: readonly unknown[] }
  const page = (from: number, to: number, next: string) =>
    json({ ...rest, metadata: { resourceVersion: '9', continue: next }, items: items.slice(from, to) })
  api.script(peers, page(0, 1, 'second'), page(1, 3, ''))
  await poll()
  t.match(latest().view.peers[0]?.podIps, { length: 2 })
  t.same(
    api
      .requestsFor(peers)
      .map(({ query }) => [query.get('continue'), query.get('resourceVersion'), query.get('limit')]),
    [
      [null, '0', '500'],
      ['second', null, '500'],
    ],
  )
})

t.test('discovery begins a list again that expires between its pages', async (t) => {
  const { api, latest, poll } = await watchApi(t)
  const first = json({ ...(good as object), metadata: { continue: 'second' } })
  api.script(peers, first, refuse(410), json(good))
  await poll()
  t.equal(latest().view.peers.length, 3)
  t.same(
    api.requestsFor(peers).map(({ query }) => query.get('continue')),
    [null, 'second', null],
  )
})

t.test('discovery gives up on a list that always expires, and on one without an end', async (t) => {
  const { api, poll, lines } = await watchApi(t)
  const endless = json({ items: [], metadata: { continue: 'more' } })
  api.script(peers, endless, refuse(410), endless, refuse(410), endless, refuse(410), endless)
  await poll()
  t.equal(api.requestsFor(peers).length, 6)
  t.match(lines[0], /expired between its pages 3 times/)
  await poll()
  t.equal(api.requestsFor(peers).length, 206)
  t.match(lines.at(-1), /at most 200 pages/)
})

t.test('isPassing() tells an outage from a refusal', async (t) => {
  const { ApiError } = await import('../../src/kubernetes/api-error.ts')
  for (const status of [0, 401, 410, 429, 500, 503]) t.ok(isPassing(new ApiError(status, '')), `${status}`)
  for (const status of [302, 400, 403, 404]) t.notOk(isPassing(new ApiError(status, '')), `${status}`)
})
