import { request } from 'node:http'
import { gzipSync } from 'node:zlib'

import t from 'tap'
import type { Archive } from '../../src/aggregator/sources.ts'
import { createFaultTable } from '../../src/demo/fault-table.ts'
import { openPage } from '../../src/demo/page-server.ts'
import { written } from '../../src/demo/written-fault.ts'
import type { Matrix } from '../../src/model/matrix.ts'
import { liveOf } from '../aggregator/api/serving.ts'
import { findingOf } from '../support/findings.ts'

const cell = { attempts: 4, failures: 4, reasons: { timeout: 4 }, round: 1 }
const matrix: Matrix = {
  check: 'peer_tcp',
  rows: ['node-1', 'node-2'],
  columns: ['node-1', 'node-2'],
  cells: new Map([['node-1', new Map([['node-2', cell]])]]),
}

const finding = findingOf('dns_upstream', { kind: 'cluster', name: 'cluster' })

const nothing = async () => undefined
const archive: Archive = {
  matrix: async ({ level, window }) => ({ level, window, matrices: [] }),
  nodes: async () => [],
  pair: nothing,
  history: async () => ({ findings: [] }),
  told: nothing,
  rounds: async () => gzipSync('a line\n'),
}

async function openTestPage() {
  const faults = createFaultTable()
  const page = await openPage({ port: 0, faults, matrices: () => [matrix], live: liveOf([finding]), archive })
  const asks = (path: string, options: Asking = {}) => ask(page.port, path, options)
  return { faults, page, asks, active: () => faults.active().map(written) }
}

t.test('the page and its data are served with a policy that lets nothing else in', async (t) => {
  const { page, asks } = await openTestPage()
  t.teardown(page.close)
  const index = await asks('/')
  t.equal(index.status, 200)
  t.match(index.headers['content-security-policy'], "default-src 'none'")
  t.notMatch(index.headers['content-security-policy'], 'unsafe')
  for (const [, file] of index.body.matchAll(/(?:src|href)="([^":]+\.(?:js|css|svg))"/g)) {
    t.equal((await asks(`/${file}`)).status, 200, `${file}`)
  }
  t.notMatch(index.body, /https?:/, 'no external resource')
  t.match(JSON.parse((await asks('/page/matrix')).body), {
    matrices: [{ check: 'peer_tcp', subject: 'peer', cells: { 'node-1': { 'node-2': cell } } }],
    words: ['node-1 → node-2 fails: peer_tcp'],
  })
  t.same(JSON.parse((await asks('/page/matrix?check=peer_udp')).body).matrices, [])
  t.match(JSON.parse((await asks('/api/v1/findings')).body), { standing: { heard: 11 }, findings: [finding] })
  t.match(JSON.parse((await asks('/openapi.json')).body), { openapi: /^3/ })
  t.equal((await asks('/api/v1/rounds')).body, 'a line\n')
  t.equal(await (await fetch(`http://127.0.0.1:${page.port}/api/v1/rounds`)).text(), 'a line\n', 'gzipped on the way')
  t.equal((await asks('/nothing')).status, 404)
})

t.test('matrices that the page has are not sent again', async (t) => {
  const { page, asks } = await openTestPage()
  t.teardown(page.close)
  const { headers } = await asks('/page/matrix')
  const again = await asks('/page/matrix', { headers: { 'if-none-match': String(headers['etag']) } })
  t.same([again.status, again.body], [304, ''])
})

t.test('news reach the page as events', async (t) => {
  const { page, faults } = await openTestPage()
  t.teardown(page.close)
  const response = await fetch(`http://127.0.0.1:${page.port}/page/events`)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let heard = ''
  page.news()
  faults.set({ fault: 'dns_upstream', target: 'cluster' })
  while (!(heard.includes('event: matrix') && heard.includes('event: faults')))
    heard += (await reader?.read())?.value ?? ''
  t.pass('both')
})

t.test('faults are set and healed over HTTP', async (t) => {
  const { page, asks, active } = await openTestPage()
  t.teardown(page.close)
  t.equal((await asks('/demo/faults', posting({ set: 'pod_network_cut=node-3' }))).status, 200)
  await asks('/demo/faults', posting({ set: 'dns_upstream' }))
  t.same(active(), ['pod_network_cut=node-3', 'dns_upstream=cluster'])
  t.match(JSON.parse((await asks('/demo/faults')).body).active, [{ fault: 'pod_network_cut', target: 'node-3' }, {}])
  await asks('/demo/faults', posting({ heal: 'pod_network_cut=node-3' }))
  t.same(active(), ['dns_upstream=cluster'])
  await asks('/demo/faults', posting({ heal: 'all' }))
  t.same(active(), [])
})

t.test('a stranger changes nothing, and reads nothing', async (t) => {
  const { page, asks, active } = await openTestPage()
  t.teardown(page.close)
  const own = `127.0.0.1:${page.port}`
  const strangers: readonly (readonly [string, Record<string, string>])[] = [
    ['rebound name', { host: `evil.example:${page.port}` }],
    ['another port', { host: '127.0.0.1:1' }],
    ['another site', { host: own, origin: 'http://evil.example' }],
    ['no site', { host: own, origin: 'null' }],
    ['another port of ours', { host: own, origin: 'http://127.0.0.1:1' }],
  ]
  for (const [name, headers] of strangers) {
    const post = posting({ set: 'dns_upstream' })
    t.equal((await asks('/demo/faults', { ...post, headers: { ...post.headers, ...headers } })).status, 403, name)
  }
  t.equal((await asks('/page/matrix', { headers: { host: 'evil.example' } })).status, 403)
  t.same(active(), [])
  const post = posting({ set: 'dns_upstream' })
  const same = await asks('/demo/faults', { ...post, headers: { ...post.headers, host: own, origin: `http://${own}` } })
  t.equal(same.status, 200, 'our own page may')
})

t.test('what cannot be done is refused with what was expected', async (t) => {
  const { page, asks, active } = await openTestPage()
  t.teardown(page.close)
  const refused: readonly (readonly [string, number, RegExp])[] = [
    ['{"set":"pod_network_cut=node-33"}', 400, /did you mean node-3\?/],
    ['{"set":"pod_netwrk_cut=node-3"}', 400, /did you mean pod_network_cut\?/],
    ['{"set":"dns_upstream","heal":"all"}', 400, /expected \{"set"/],
    ['{"set":7}', 400, /expected \{"set"/],
    ['[]', 400, /expected/],
    ['nonsense', 400, /expected JSON/],
    [JSON.stringify({ set: 'x'.repeat(5000) }), 413, /less/],
  ]
  for (const [body, status, error] of refused) {
    const answer = await asks('/demo/faults', { ...posting({}), body })
    t.equal(answer.status, status, body.slice(0, 60))
    t.match(JSON.parse(answer.body).error, error)
  }
  const asForm = await asks('/demo/faults', { method: 'POST', body: '{"set":"dns_upstream"}' })
  t.equal(asForm.status, 415, 'what a form of another site could send')
  t.equal((await asks('/page/matrix', { method: 'DELETE' })).status, 405)
  t.same(active(), [])
})

interface Asking {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

function posting(what: object) {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(what) }
}

/** Not `fetch`: it would not send another Host. */
function ask(port: number, path: string, { method = 'GET', headers = {}, body }: Asking) {
  return new Promise<Answer>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: text }))
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

interface Answer {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}
