import t from 'tap'

import { openapi } from '../../../src/aggregator/api/openapi.ts'
import { routes } from '../../../src/aggregator/api/routes.ts'
import { apiPaths } from '../../../src/model/api.ts'
import { complaints, paths } from './document.ts'
import { serving } from './serving.ts'

t.test('every answer is what the document says, field by field', async (t) => {
  const { get, findings, cut, before, inputs } = await serving(t)
  const id = findings[0]?.id ?? ''
  const replica = encodeURIComponent(inputs[0]?.view.replicas[0]?.name ?? '')
  const then = new Date(before + 30_000).toISOString()
  const asked: readonly (readonly [path: string, urls: readonly string[]])[] = [
    ['/api/v1/findings', ['', '?limit=1']],
    [
      '/api/v1/matrix',
      ['', '?level=zone', '?level=target', '?check=peer_tcp&limit=3&after=node-2&window=24', `?at=${then}`],
    ],
    ['/api/v1/nodes', ['', '?limit=2&after=node-3']],
    ['/api/v1/pairs/{source}/{target}', [`/${cut}/node-1`, `/node-1/${replica}`]],
    ['/api/v1/history', ['', '?from=-7d&to=-1m&limit=1', `?from=${then}&to=${then}`]],
    ['/api/v1/history/{id}', [`/${id}`]],
    ...['/api/v1/rounds', '/openapi.json', '/livez', '/readyz', '/metrics', '/'].map((path) => [path, ['']] as const),
  ]
  for (const [path, urls] of asked) {
    const own = path.replace(/\/\{.*/, '')
    for (const url of urls) {
      const answer = await get(own + url)
      t.equal(answer.status, 200, own + url)
      t.equal(complaints(path, answer), '', own + url)
    }
  }
  const tried = [...asked.map(([path]) => path), '/api/v1/events']
  t.strictSame(Object.keys(paths).toSorted(), tried.toSorted(), 'every path of the document was tried')
})

t.test('answers are about the cluster: none of those above is empty', async (t) => {
  const { get, findings, cut, before } = await serving(t)
  const id = findings[0]?.id
  t.match((await get('/api/v1/findings')).json(), { standing: { replica: 'aggregator-0' }, findings: [{ id }] })
  t.match((await get('/api/v1/nodes')).json(), { nodes: { length: 12 }, standing: { heard: 11 } })
  t.match((await get('/api/v1/matrix')).json(), { level: 'node', window: 3, matrices: [{ check: 'peer_http' }] })
  t.match((await get('/api/v1/matrix?check=clusterip')).json(), { level: 'target', matrices: [{ check: 'clusterip' }] })
  t.match((await get('/api/v1/matrix?level=zone')).json(), { matrices: [{ rows: ['zone-a', 'zone-b', 'zone-c'] }] })
  const past = (
    await get(`/api/v1/matrix?level=zone&check=peer_tcp&at=${new Date(before + 1000).toISOString()}`)
  ).json()
  t.match(past, { level: 'zone', window: 0, matrices: [{ check: 'peer_tcp', cells: [{ source: 'zone-a' }] }] })
  t.match((await get('/api/v1/matrix?at=-60m')).json(), { window: 0, matrices: [{ check: 'peer_http' }] })
  t.match((await get(`/api/v1/pairs/node-1/${cut}`)).json(), {
    target: cut,
    paths: [{ source: 'node-1' }],
    findings: [{ id }],
  })
  t.match((await get('/api/v1/history')).json(), {
    findings: [{ finding: { id } }, { finding: { id: `old-${id}` }, closedAt: String }],
  })
  t.match((await get(`/api/v1/history/${id}`)).json(), { id, told: [{ finding: { id } }] })
})

t.test('a shared target is found with its slash as the API server decodes it, and as it was sent', async (t) => {
  const { get, inputs } = await serving(t)
  const name = inputs[0]?.view.replicas[0]?.name ?? ''
  for (const path of [`node-1/${encodeURIComponent(name)}`, `node-1/${name}`, `${name}/node-1`]) {
    const answer = await get(`/api/v1/pairs/${path}`)
    t.match(answer.json(), { paths: [{ source: 'node-1', target: name, check: 'dns_replica' }] }, path)
  }
})

t.test('pages of findings, nodes and history follow one another', async (t) => {
  const { get, live, findings } = await serving(t)
  const [finding] = findings
  if (finding === undefined) throw new Error('expected a finding')
  const since = (i: number) => new Date(Date.UTC(2026, 0, 1 + (i % 3))).toISOString()
  live.findingsNow = Array.from({ length: 7 }, (_, i) => ({ ...finding, id: `id-${i}`, since: since(i) }))
  for (const [path, list, nameOf] of [
    ['/api/v1/findings', 'findings', ({ id }: Item) => id],
    ['/api/v1/nodes', 'nodes', ({ node }: Item) => node],
  ] as const) {
    const whole = ((await get(path)).json() as Pages)[list].map(nameOf)
    const told: unknown[] = []
    let url = `${path}?limit=3`
    for (let pages = 0; url !== '' && pages < 10; pages++) {
      const page = (await get(url)).json() as Pages
      told.push(...page[list].map(nameOf))
      t.ok(page[list].length <= 3)
      url = page.next === undefined ? '' : `${path}?limit=3&after=${encodeURIComponent(page.next)}`
    }
    t.strictSame(told, whole, path)
    t.equal(new Set(told).size, path.endsWith('nodes') ? 12 : 7)
  }
  t.match((await get('/api/v1/findings')).json(), { findings: [{ id: 'id-5' }, { id: 'id-2' }, { id: 'id-4' }] })
})

t.test('the document has every route and parameter, and no other', async (t) => {
  const [own, known] = [Object.keys(paths), Object.values(apiPaths)]
  t.strictSame(
    known.filter((path) => !own.some((one) => one === path || one.startsWith(`${path}/{`))),
    [],
  )
  for (const { path, parameters, names } of routes) {
    const documented = paths[path]?.get.parameters?.map(({ name, in: where }) => `${where} ${name}`)
    const all = [
      ...Object.keys(names).map((name) => `path ${name}`),
      ...Object.keys(parameters).map((name) => `query ${name}`),
    ]
    t.strictSame(documented, all, path)
    t.strictSame(
      all.filter((name) => name.startsWith('path ')).map((name) => name.slice(5)),
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
    )
  }
})

t.test('the document itself holds together', async (t) => {
  const { get } = await serving(t)
  t.strictSame((await get('/openapi.json')).json(), JSON.parse(JSON.stringify(openapi)))
  const text = JSON.stringify(openapi)
  const used = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name))
  t.strictSame([...used].toSorted(), Object.keys(openapi.components.schemas).toSorted(), 'no schema is missing or idle')
})

type Item = Readonly<Record<string, unknown>>
type Pages = Readonly<Record<'findings' | 'nodes', readonly Item[]>> & { readonly next?: string }
