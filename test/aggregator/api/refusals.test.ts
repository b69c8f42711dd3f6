import t from 'tap'

import { ask, serving } from './serving.ts'

const refused: readonly (readonly [url: string, status: number, said: RegExp])[] = [
  ['/api/v1/findings?limit=0', 400, /^limit: expected a whole number from 1 to 1000, got "0"$/],
  ['/api/v1/findings?limit=1e3', 400, /limit/],
  ['/api/v1/findings?limit=', 400, /got ""/],
  ['/api/v1/findings?limit=1&limit=2', 400, /limit: expected once/],
  ['/api/v1/findings?after=odd', 400, /after: expected what a page told as "next", got "odd"/],
  ['/api/v1/findings?chek=peer_tcp', 400, /^"chek": no such parameter; known: limit, after$/],
  ['/api/v1/findings?__proto__=1', 400, /no such parameter/],
  ['/api/v1/matrix?level=nodes', 400, /^level: expected one of node, zone, target, got "nodes"$/],
  ['/api/v1/matrix?check=peer_icmp', 400, /check: expected one of peer_http, .*, got "peer_icmp"/],
  [
    '/api/v1/matrix?check=peer_tcp&level=target',
    400,
    /check: expected one of level target \(dns_replica, .*got "peer_tcp"/,
  ],
  ['/api/v1/matrix?check=dns_replica&level=zone', 400, /check: expected one of level zone \(peer_http,/],
  ['/api/v1/matrix?window=25', 400, /window: expected a whole number from 1 to 24, got "25"/],
  ['/api/v1/matrix?at=yesterday', 400, /at: expected a time such as .* -15m .*, got "yesterday"/],
  ['/api/v1/matrix?limit=5001', 400, /from 1 to 5000/],
  [`/api/v1/matrix?after=${'x'.repeat(513)}`, 400, /after: .*x{60}…"$/],
  ['/api/v1/nodes?after=', 400, /after/],
  ['/api/v1/history?from=-1h&to=-2h', 400, /from: expected a time before "to", which is 2\S+Z; got 2/],
  ['/api/v1/history?before=odd', 400, /expected as "before" what a page told as "next", got "odd"/],
  ['/api/v1/history/nothing', 404, /no finding has the id "nothing"/],
  ['/api/v1/history/nothing?limit=1', 400, /"limit": expected no parameter/],
  ['/api/v1/history/%E0%A4%A', 400, /expected a percent-encoded name/],
  ['/api/v1/pairs/node-1/node-99', 404, /expected two names of the cluster, one of them a node; got "node-1\/node-99"/],
  ['/api/v1/pairs/node-1', 400, /expected two names such as/],
  ['/api/v1/pairs/node-1/', 400, /expected two names/],
  ['/api/v1/pairs/a/b/c/d/e/f/g/h/i/j/k', 400, /expected two names/],
  ['/api/v1/pairs', 404, /no such page/],
  ['/api/v1/pairs/', 404, /no such page/],
  ['/api/v1/matrix/', 404, /no such page/],
  ['/api/v2/findings', 404, /known: .*\/api\/v1\/findings.*\/api\/v1\/pairs\/\{source\}\/\{target\}/],
  ['//evil/livez', 404, /no such page/],
  [`/${'x'.repeat(5000)}`, 414, /at most 4096 bytes/],
]

t.test('what cannot be answered is refused with what was expected and what was got', async (t) => {
  const { get } = await serving(t)
  for (const [url, status, said] of refused) {
    const answer = await get(url)
    t.equal(answer.status, status, url.slice(0, 80))
    t.equal(answer.headers['content-type'], 'application/json')
    t.match(answer.json(), { error: said }, url.slice(0, 80))
  }
})

t.test('nothing is written', async (t) => {
  const { get } = await serving(t)
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) {
    for (const path of ['/api/v1/findings', '/livez', '/nothing']) {
      const answer = await get(path, { method })
      t.match([answer.status, answer.headers.allow], [405, 'GET, HEAD'], `${method} ${path}`)
    }
  }
})

t.test('health: alive as long as it answers, ready when nothing hinders it', async (t) => {
  const state: { hindered?: string } = { hindered: 'no round was judged yet' }
  const { get } = await serving(t, { ready: () => state.hindered })
  const waiting = await get('/readyz')
  t.equal(waiting.status, 503)
  t.match(waiting.json(), { error: 'not ready: no round was judged yet' })
  t.equal((await get('/livez')).status, 200)
  t.equal((await get('/api/v1/findings')).status, 200, 'what it knows it tells all the same')
  delete state.hindered
  t.equal((await get('/readyz')).status, 200)
})

t.test('a mistake of ours is said, and ends nothing', async (t) => {
  const broken = async () => {
    throw new Error('the thread is gone')
  }
  const { get } = await serving(t, { withArchive: { nodes: broken }, metrics: broken })
  for (const path of ['/api/v1/nodes', '/metrics']) {
    const answer = await get(path)
    t.match([answer.status, answer.json()], [500, { error: 'it could not be answered: the thread is gone' }])
  }
  t.equal((await get('/api/v1/findings')).status, 200)
})

t.test('where tokens are asked for, all but health and metrics needs one', async (t) => {
  const given: unknown[] = []
  const { get } = await serving(t, {
    async mayRead(authorization) {
      given.push(authorization)
      if (authorization === 'Bearer reader') return 'yes'
      return authorization === undefined ? 'unauthenticated' : 'no'
    },
  })
  for (const path of ['/livez', '/readyz', '/metrics']) t.equal((await get(path)).status, 200, path)
  t.strictSame(given, [])
  for (const path of ['/', '/openapi.json', '/api/v1/findings', '/api/v1/rounds', '/api/v1/events', '/nothing']) {
    const unknown = await get(path)
    t.match([unknown.status, unknown.headers['www-authenticate']], [401, 'Bearer realm="meshprobe"'], path)
    t.match(unknown.json(), { error: /expected "Authorization: Bearer"/ })
    const stranger = await get(path, { headers: { authorization: 'Bearer stranger' } })
    t.match([stranger.status, stranger.json()], [403, { error: /not allowed/ }], path)
  }
  const reader = { headers: { authorization: 'Bearer reader' } }
  t.equal((await get('/api/v1/findings', reader)).status, 200)
  t.equal((await get('/nothing', reader)).status, 404)
})

t.test('when nobody can say who the asker is, he is not let in', async (t) => {
  const { get } = await serving(t, {
    mayRead: async () => {
      throw new Error('the API server does not answer')
    },
  })
  const answer = await get('/api/v1/findings')
  t.match(
    [answer.status, answer.json()],
    [503, { error: /does not say who may read here: the API server does not answer/ }],
  )
})

t.test('a listener of this machine alone takes no name that leads to it by DNS', async (t) => {
  const { server, live, archive } = await serving(t, { addresses: ['127.0.0.1', '::1'] })
  const status = async (host: string, port = server.port) => (await ask(port, '/livez', { headers: { host } })).status
  for (const own of ['localhost', 'localhost:8080', '127.0.0.1:7794', '[::1]:7794'])
    t.equal(await status(own), 200, own)
  for (const stranger of [
    'evil.example',
    'evil.example:7794',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '10.0.0.1',
  ]) {
    t.equal(await status(stranger), 403, stranger)
  }
  t.ok(live && archive)
})

t.test('a listener of all addresses takes every name', async (t) => {
  const { server } = await serving(t, { addresses: [] })
  t.equal((await ask(server.port, '/livez', { headers: { host: 'meshprobe.example' } })).status, 200)
})
