import t from 'tap'

import { type ApiServer, openApiServer } from './api-server.ts'
import { at, complaint, named, render } from './helm.ts'

t.test('every key is 32 random bytes of its own', async (t) => {
  const keys = [
    ...keysIn(named(await render(), 'Secret/meshprobe-mesh-key')),
    ...keysIn(named(await render(), 'Secret/meshprobe-mesh-key')),
  ]
  t.equal(new Set(keys).size, 6)
  for (const key of keys) t.equal(Buffer.from(key, 'base64').length, 32)
})

t.test('a Secret of the user takes the place of the generated one', async (t) => {
  const values = { meshKey: { existingSecret: 'mine', existingSecretKeys: ['a', 'b'] } }
  const objects = await render(values)
  t.notOk(objects.some(({ kind }) => kind === 'Secret'))
  t.match(at(named(objects, 'DaemonSet/meshprobe-agent'), 'spec/template/spec/volumes/0/projected/sources/1'), {
    secret: {
      name: 'mine',
      items: [
        { key: 'a', path: 'keys/a' },
        { key: 'b', path: 'keys/b' },
      ],
    },
  })
  const settings = at(named(objects, 'ConfigMap/meshprobe-agent'), 'data/config.json')
  t.strictSame(at(JSON.parse(String(settings)), 'keys/files'), ['/etc/meshprobe/keys/a', '/etc/meshprobe/keys/b'])
})

t.test('in a cluster', async (t) => {
  const api = await openApiServer(t)
  await api.apply('install')
  const first = await secretIn(api)
  const [current, next] = first.keys

  await t.test('an upgrade changes no key', async (t) => {
    await api.apply('upgrade', { config: { round: '20s' }, 'meshKey.labels': { a: 'b' } })
    t.strictSame(await secretIn(api), first)
  })

  await t.test('a higher generation moves each key up by one', async (t) => {
    await api.apply('upgrade', { 'meshKey.generation': 2 })
    const second = await secretIn(api)
    t.equal(second.generation, '2')
    t.strictSame([second.keys[0], second.keys[2]], [next, current])
    t.notOk(first.keys.includes(second.keys[1] ?? ''), 'and only next, with which nobody signs yet, is new')

    await api.apply('upgrade', { 'meshKey.generation': 2 })
    t.strictSame(await secretIn(api), second, 'once')
  })

  await t.test('a lower generation is refused, and nothing changes', async (t) => {
    const before = await secretIn(api)
    const said = await complaint(api.apply('upgrade', { 'meshKey.generation': 1 }))
    t.match(
      said,
      /meshKey.generation is 1, but the cluster's key is of generation 2: set it to 2 to keep the key, to 3 to/,
    )
    t.strictSame(await secretIn(api), before)
  })

  await t.test('a generation may skip numbers: that is one step too', async (t) => {
    const before = await secretIn(api)
    await api.apply('upgrade', { 'meshKey.generation': 9 })
    const { generation, keys } = await secretIn(api)
    t.strictSame([generation, keys[0], keys[2]], ['9', before.keys[1], before.keys[0]])
  })

  await t.test('after a rollback agents still accept whatever any of them signs with', async (t) => {
    const before = await secretIn(api)
    await api.helm('rollback', 'meshprobe')
    const { keys } = await secretIn(api)
    t.ok(keys.includes(before.keys[0] ?? ''), 'what was signed before the rollback')
    t.ok(before.keys.includes(keys[0] ?? ''), 'what is signed after it')
  })

  await t.test('a key that is missing is made, and the others stay', async (t) => {
    const before = await secretIn(api)
    const patch = JSON.stringify([{ op: 'remove', path: '/data/previous' }])
    await api.kubectl(['patch', 'secret', 'meshprobe-mesh-key', '-n', 'meshprobe', '--type=json', '-p', patch])
    await api.apply('upgrade', { 'meshKey.generation': Number(before.generation) })
    const { keys } = await secretIn(api)
    t.strictSame(keys.slice(0, 2), before.keys.slice(0, 2))
    t.equal(Buffer.from(keys[2] ?? '', 'base64').length, 32)
  })
})

interface MeshKey {
  readonly generation: unknown
  readonly keys: readonly string[]
}

async function secretIn(api: ApiServer): Promise<MeshKey> {
  const object = JSON.parse(await api.kubectl(['get', 'secret', 'meshprobe-mesh-key', '-n', 'meshprobe', '-o', 'json']))
  const annotations = new Map(Object.entries(at(object, 'metadata/annotations') ?? {}))
  return { generation: annotations.get('meshprobe.io/key-generation'), keys: keysIn(object) }
}

function keysIn(secret: unknown): readonly string[] {
  return ['current', 'next', 'previous'].map((slot) => String(at(secret, `data/${slot}`)))
}
