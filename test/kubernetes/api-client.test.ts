import t from 'tap'

import { openApi, withApi } from '../../src/kubernetes/api-client.ts'
import { ApiError, isConflict, isInvalid, isMissing } from '../../src/kubernetes/api-error.ts'
import { record } from '../../src/kubernetes/json.ts'
import { type Answer, json, startApi } from '../support/api-server.ts'
import { noPrograms, openClusterApi } from '../support/cluster-api.ts'

const path = '/apis/coordination.k8s.io/v1/namespaces/meshprobe/leases'
const lease = (spec: object, metadata = {}) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'one', ...metadata },
  spec,
})
const specOf = (object: unknown) => record(record(object)['spec'])
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

t.test('on a real API server', { skip: noPrograms, timeout: 120_000 }, async (t) => {
  const cluster = await openClusterApi(t)
  const verbs = ['get', 'create', 'update', 'patch', 'delete']
  await cluster.grant('writer', {
    meshprobe: [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs }],
    '': [{ apiGroups: [''], resources: ['nodes/status'], verbs: ['patch'] }],
  })
  const { server, relay, requests } = await cluster.as('writer', { timeoutMs: 2000 })
  const { signal } = new AbortController()
  const api = openApi(server, signal)
  t.teardown(api.close)

  await t.test('an object is created, replaced, patched and deleted', async (t) => {
    const made = await api.create('leases', path, lease({ holderIdentity: 'a', leaseDurationSeconds: 15 }))
    t.match(specOf(made), { holderIdentity: 'a' })
    const { resourceVersion } = record(record(made)['metadata'])
    const replaced = await api.update('leases', `${path}/one`, lease({ holderIdentity: 'b' }, { resourceVersion }))
    t.strictSame(specOf(replaced), { holderIdentity: 'b' })
    const merged = await api.patch('leases', `${path}/one`, 'merge', { spec: { leaseDurationSeconds: 9 } })
    t.strictSame(specOf(merged), { holderIdentity: 'b', leaseDurationSeconds: 9 })
    const steps = [
      { op: 'test', path: '/spec/holderIdentity', value: 'b' },
      { op: 'add', path: '/spec/holderIdentity', value: 'c' },
    ]
    t.match(specOf(await api.patch('leases', `${path}/one`, 'json', steps)), { holderIdentity: 'c' })
    t.ok(isInvalid(await failure(api.patch('leases', `${path}/one`, 'json', steps))), 'a test that does not hold')
    const stale = lease({ holderIdentity: 'd' }, { resourceVersion })
    t.ok(isConflict(await failure(api.update('leases', `${path}/one`, stale))), 'a version that is not the newest')
    t.ok(isConflict(await failure(api.create('leases', path, lease({})))), 'a name that is taken')
    await api.delete('leases', `${path}/one`)
    t.ok(isMissing(await failure(api.get('get', 'leases', `${path}/one`))))
    t.ok(isMissing(await failure(api.delete('leases', `${path}/one`))))
  })

  await t.test('a list is merged by its keys', async (t) => {
    const taint = { type: 'Ready', status: 'True' }
    await cluster.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, status: { conditions: [taint] } })
    const status = '/api/v1/nodes/n1/status'
    const ours = { type: 'Ours', status: 'True' }
    await api.patch('nodes/status', status, 'strategic', { status: { conditions: [ours] } })
    const away = { $patch: 'delete', type: 'Ready' }
    const node = await api.patch('nodes/status', status, 'strategic', { status: { conditions: [away] } })
    t.match(record(record(node)['status'])['conditions'], [ours])
  })

  await t.test('what is refused says why, and every request is counted', async (t) => {
    const before = requests.length
    const error = await failure(api.create('pods', '/api/v1/namespaces/meshprobe/pods', { metadata: { name: 'p' } }))
    t.match(error, { name: 'ApiError', status: 403, message: /cannot create resource "pods"/ })
    t.strictSame(requests.slice(before), [{ verb: 'create', resource: 'pods', code: 403, ok: false }])
  })

  await t.test('a connection is kept, and one that broke meanwhile is replaced without a word', async (t) => {
    await api.create('leases', path, lease({ holderIdentity: 'a' }))
    relay.cut()
    relay.heal()
    t.match(specOf(await api.get('get', 'leases', `${path}/one`)), { holderIdentity: 'a' })
    t.ok(requests.at(-1)?.ok)
  })

  await t.test('a server that is frozen is given up in time, and works again afterwards', async (t) => {
    relay.freeze()
    const startMs = performance.now()
    const error = await failure(api.patch('leases', `${path}/one`, 'merge', { spec: { holderIdentity: 'x' } }))
    t.ok(error instanceof ApiError && error.status === 0, `${error}`)
    t.ok(performance.now() - startMs < 4000)
    relay.heal()
    t.match(specOf(await api.get('get', 'leases', `${path}/one`)), { holderIdentity: 'a' })
  })

  await t.test('a token that was rotated is read again', async (t) => {
    let reads = 0
    const rotating = {
      ...server,
      readFile: async (file: string) => (file === 'token' && reads++ === 0 ? 'of yesterday' : server.readFile(file)),
    }
    await withApi(rotating, signal, (api) => api.patch('leases', `${path}/one`, 'merge', { spec: {} }))
    t.equal(reads, 2)
  })

  await t.test('who stops waiting hears why', async (t) => {
    const stop = new AbortController()
    const short = openApi(server, stop.signal)
    t.teardown(short.close)
    relay.freeze()
    const asked = failure(short.delete('leases', `${path}/one`))
    stop.abort(new Error('enough'))
    t.match(await asked, { message: 'enough' })
    relay.heal()
  })
})

t.test('a server that closes a kept connection at our next question is asked once more', async (t) => {
  const scripted = await startApi()
  t.teardown(scripted.close)
  const reset: Answer = (response) => void response.socket?.destroy()
  scripted.script('/lease', json({}), reset, json({ at: 'last' }), json({}), reset, reset)
  const readFile = async (file: string) => (file === 'ca' ? scripted.ca : 'token')
  const place = { host: '127.0.0.1', port: scripted.port, tokenFile: 'token', caFile: 'ca', userAgent: 'test' }
  const server = { ...place, readFile, timeoutMs: 2000, onRequest: () => {} }
  const api = openApi(server, new AbortController().signal)
  t.teardown(api.close)
  await api.get('get', 'leases', '/lease')
  t.strictSame(await api.get('get', 'leases', '/lease'), { at: 'last' })
  await api.get('get', 'leases', '/lease')
  t.match(await failure(api.get('get', 'leases', '/lease')), { status: 0, message: /ECONNRESET|socket hang up/ })
  t.equal(scripted.requests.length, 6, 'and then it is told')
})
