import t from 'tap'

import { type Answer, refuse, silent } from '../../support/api-server.ts'
import { until } from '../../support/until.ts'
import { node, pod } from './objects.ts'
import { agreed, bookmarkLine, eventLine, type SmallCluster } from './small-cluster.ts'
import { speed, takeCensus } from './taking.ts'

function twoNodes(cluster: SmallCluster) {
  cluster.put('nodes', node('n1'), node('n2'))
  cluster.put('pods', pod('n1'), pod('n2'))
}

const started = async (t: Parameters<typeof takeCensus>[0], values = {}) => {
  const taking = await takeCensus(t, { prepare: twoNodes, values })
  await taking.shows(({ nodes }) => nodes.length === 2)
  await until(() => taking.cluster.watches('nodes').length === 1)
  return taking
}

function changed(name: string, version: number) {
  const { metadata, ...rest } = node(name)
  return eventLine('ADDED', { ...rest, metadata: { ...metadata, resourceVersion: String(version) } })
}

t.test('a watch that breaks in the middle of a line goes on from the last whole one', async (t) => {
  const { cluster, shows, lines, seen } = await started(t)
  const [watch] = cluster.watches('nodes')
  watch?.write(changed('n3', 900))
  await shows(({ nodes }) => nodes.length === 3)
  watch?.write(changed('n4', 901).slice(0, 80), () => watch.socket?.destroy())
  await until(() => cluster.watchesAsked('nodes').length === 2)
  t.equal(cluster.watchesAsked('nodes')[1]?.query.get('resourceVersion'), '900')
  t.equal(cluster.lists('nodes').length, 1, 'nothing is listed again')
  t.strictSame(lines, [], 'a watch that breaks is nothing to talk about')
  t.equal(seen.at(-1)?.nodes.length, 3)
})

t.test('what changed while a watch was broken comes with the next one', async (t) => {
  const { cluster, shows } = await started(t)
  cluster.silently(() => {
    cluster.put('nodes', node('n2', 'zone-b'))
    cluster.drop('nodes', 'n1')
  })
  cluster.watches('nodes')[0]?.end()
  await shows(({ nodes }) => nodes.length === 1 && nodes[0]?.zone === 'zone-b')
  t.equal(cluster.lists('nodes').length, 1)
})

t.test('a bookmark moves the place from where a watch goes on', async (t) => {
  const { cluster, seen } = await started(t)
  const [watch] = cluster.watches('nodes')
  watch?.write(bookmarkLine(7777), () => watch.end())
  await until(() => cluster.watchesAsked('nodes').length === 2)
  t.equal(cluster.watchesAsked('nodes')[1]?.query.get('resourceVersion'), '7777')
  t.equal(seen.length, 1)
})

for (const as of ['an event', 'an answer'] as const) {
  t.test(`a version that expired, said as ${as}, lists anew without a word`, async (t) => {
    const { cluster, shows, lines, seen } = await started(t)
    cluster.silently(() => {
      cluster.put('nodes', node('n3'))
      cluster.drop('nodes', 'n1')
    })
    cluster.compact()
    if (as === 'an answer') cluster.nextWatches('nodes', refuse(410))
    cluster.watches('nodes')[0]?.socket?.destroy()
    await shows(({ nodes }) => nodes.map(({ node }) => node).join() === 'n2,n3')
    t.equal(cluster.lists('nodes').length, 2)
    t.equal(seen.length, 2, 'nothing is forgotten while it is listed')
    t.strictSame(lines, [])
  })
}

t.test('a watch that is silent for too long is broken off', async (t) => {
  const { cluster, lines } = await started(t, { watchTime: 1000, timeout: 300 })
  const [watch] = cluster.watches('nodes')
  t.equal(cluster.watchesAsked('nodes')[0]?.query.get('timeoutSeconds'), '1')
  const startMs = performance.now()
  const beat = setInterval(() => watch?.write(bookmarkLine(5000)), 200)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  t.equal(cluster.watchesAsked('nodes').length, 1, 'one that still speaks is not')
  clearInterval(beat)
  await until(() => cluster.watchesAsked('nodes').length === 2, 20_000)
  t.ok(performance.now() - startMs >= 2500)
  t.ok(watch?.socket?.destroyed ?? true)
  t.strictSame(lines, [])
})

t.test('a line that does not end is not read to its end, and everything is listed anew', async (t) => {
  const { cluster, shows } = await started(t)
  const [watch] = cluster.watches('nodes')
  cluster.silently(() => cluster.put('nodes', node('n3')))
  const chunk = Buffer.alloc(1024 * 1024, 'x')
  for (let i = 0; i < 9; i++) watch?.write(chunk)
  await shows(({ nodes }) => nodes.length === 3)
  t.equal(cluster.lists('nodes').length, 2)
  t.ok(watch?.destroyed)
})

t.test('an event in small pieces, letters cut in half, is one event', async (t) => {
  const { cluster, shows } = await started(t)
  const [watch] = cluster.watches('nodes')
  const bytes = Buffer.from(changed('näher-zür-küste', 900) + changed('n4', 901))
  for (const byte of bytes) {
    watch?.write(Buffer.of(byte))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await shows(({ nodes }) => nodes.length === 4)
  t.ok(cluster.watches('nodes').length === 1)
})

t.test('nonsense in a watch breaks it off, and the next goes on', async (t) => {
  const { cluster, shows } = await started(t)
  const from = cluster.watchesAsked('nodes')[0]?.query.get('resourceVersion')
  cluster.watches('nodes')[0]?.write('<html>\n')
  await until(() => cluster.watchesAsked('nodes').length === 2, 20_000)
  t.equal(cluster.watchesAsked('nodes')[1]?.query.get('resourceVersion'), from)
  await until(() => cluster.watches('nodes').length === 1)
  cluster.put('nodes', node('n3'))
  await shows(({ nodes }) => nodes.length === 3)
})

t.test('a list comes in pages, and begins anew when it expires between them', async (t) => {
  const { cluster, latest, shows, lines } = await takeCensus(t, {
    prepare(cluster) {
      for (let i = 0; i < 241; i++) cluster.put('nodes', node(`n${i}`))
    },
  })
  await shows(() => true)
  t.equal(latest().nodes.length, 241)
  t.strictSame(
    cluster.lists('nodes').map(({ query }) => query.get('continue')),
    [null, '100@341', '200@341'],
  )
  t.ok(cluster.lists('nodes').every(({ query }) => query.get('limit') === '100' && !query.has('resourceVersion')))
  t.strictSame(lines, [])
})

t.test('a list whose continuation expired begins anew', async (t) => {
  const page = (text: unknown) => (response: { end(text: string): void }) => response.end(JSON.stringify(text))
  const { cluster, latest, shows, lines } = await takeCensus(t, {
    prepare(cluster) {
      twoNodes(cluster)
      const half = { metadata: { resourceVersion: '5', continue: '1@5' }, items: [node('of-before')] }
      cluster.nextLists('nodes', page(half), refuse(410))
    },
  })
  await shows(() => true)
  t.strictSame(
    latest().nodes.map(({ node }) => node),
    ['n1', 'n2'],
  )
  t.equal(cluster.lists('nodes').length, 3)
  t.strictSame(lines, [])
})

t.test('a page that is too large is asked for again with fewer objects', async (t) => {
  const { cluster, shows } = await takeCensus(t, {
    prepare(cluster) {
      // 100 of these are more than the client reads at once.
      const images = 'x'.repeat(225_000)
      for (let i = 0; i < 120; i++) cluster.put('nodes', { ...node(`n${i}`), images })
    },
  })
  await shows(({ nodes }) => nodes.length === 120)
  t.strictSame(
    cluster.lists('nodes').map(({ query }) => query.get('limit')),
    ['100', '25', '25', '25', '25', '25'],
  )
})

t.test('an API server that is away is told in one sentence, and nothing is forgotten', async (t) => {
  const { cluster, lines, seen, slept } = await started(t)
  await until(
    () => cluster.watches('pods').length + cluster.watches('dns').length + cluster.watches('api').length === 3,
  )
  const before = slept.length
  await cluster.api.close()
  await until(() => slept.length >= before + 12, 20_000)
  t.equal(lines.length, 1, lines.join('\n'))
  t.match(lines[0], /^Could not watch \S+, so what is known of the cluster stays as it is \(.*ECONNREFUSED.*\)$/)
  t.equal(seen.length, 1)
  const waits = slept.slice(before)
  t.ok(Math.max(...waits) > 3 * Math.min(...waits), `asks ever more seldom: ${waits}`)
})

t.test('an API server that refuses is left alone for as long as it says', async (t) => {
  const { cluster, lines, shows, slept } = await started(t)
  cluster.nextWatches(
    'nodes',
    refuse(429, { retryAfter: '7', message: 'too many' }),
    refuse(503, { message: 'not yet' }),
  )
  cluster.watches('nodes')[0]?.end()
  await until(() => cluster.watchesAsked('nodes').length === 4, 20_000)
  t.ok(slept.includes(7000 * 1.1), `${slept}`)
  await until(() => lines.length === 2)
  t.strictSame(lines, [
    'Could not watch nodes, so what is known of the cluster stays as it is (HTTP 429: too many)',
    'The API server answers again about the cluster',
  ])
  cluster.put('nodes', node('n3'))
  await shows(({ nodes }) => nodes.length === 3)
})

t.test('a right that is missing is named, and the rest is known all the same', async (t) => {
  const { latest, lines, shows, slept } = await takeCensus(t, {
    impatient: true,
    prepare(cluster) {
      twoNodes(cluster)
      cluster.nextLists('nodes', refuse(403, { message: 'nodes is forbidden' }))
      cluster.nextWatches('dns', refuse(403, { message: 'cannot watch' }))
    },
  })
  await shows(({ nodes }) => nodes.length === 2)
  await until(() => lines.length >= 2, 20_000)
  t.strictSame(
    latest().nodes.map(({ node }) => node),
    ['n1', 'n2'],
  )
  t.strictSame(lines.toSorted().slice(0, 2), [
    'May not list nodes in the cluster, so nodes and zones stay as last known; grant it in a ClusterRole (HTTP 403: nodes is forbidden)',
    'May not watch endpointslices.discovery.k8s.io in namespace kube-system, so DNS replicas stay as last known; grant it in a Role there (HTTP 403: cannot watch)',
  ])
  t.ok(slept.includes(30_000), 'it does not come sooner for being asked more often')
  await until(() => lines.includes('The API server answers again about nodes and zones'), 20_000)
})

t.test('a server that takes every watch and drops it is not hammered', async (t) => {
  const { cluster, slept } = await takeCensus(t, {
    prepare(cluster) {
      twoNodes(cluster)
      cluster.nextWatches('nodes', ...Array.from({ length: 4 }, () => agreed((response) => void response.end())))
    },
  })
  await until(() => cluster.watchesAsked('nodes').length === 5, 20_000)
  for (const ms of [2812.5, 5625, 11_250, 22_500]) t.ok(slept.includes(ms), `${ms}`)
})

t.test('a list that takes long does not make its watch a good one', async (t) => {
  const { cluster, slept } = await takeCensus(t, {
    prepare(cluster) {
      twoNodes(cluster)
      const truth = JSON.stringify({ metadata: { resourceVersion: '5' }, items: [node('n1')] })
      const late: Answer = (response) => setTimeout(() => response.end(truth), 6000 / speed)
      cluster.nextLists('nodes', late, late)
      const gone = eventLine('ERROR', { kind: 'Status', code: 410, message: 'too old' })
      const expired = agreed((response) => void response.end(gone))
      cluster.nextWatches('nodes', expired, expired)
    },
  })
  await until(() => cluster.lists('nodes').length === 3, 20_000)
  for (const ms of [2812.5, 5625]) t.ok(slept.includes(ms), `${slept}`)
})

t.test('the token is read anew for every watch', async (t) => {
  const { cluster, rotate } = await started(t)
  rotate('token-2')
  cluster.nextWatches('nodes', refuse(401))
  cluster.watches('nodes')[0]?.end()
  await until(() => cluster.watchesAsked('nodes').length === 3, 20_000)
  t.equal(cluster.watchesAsked('nodes')[2]?.headers.authorization, 'Bearer token-2')
})

t.test('a server that takes a question and says nothing is given up in time', async (t) => {
  const { cluster, lines } = await started(t, { timeout: 400 })
  cluster.nextWatches('nodes', silent)
  cluster.watches('nodes')[0]?.end()
  await until(() => lines.length === 2, 20_000)
  t.strictSame(
    lines[0],
    'Could not watch nodes, so what is known of the cluster stays as it is (No answer within 400 ms)',
  )
})
