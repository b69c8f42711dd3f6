import t from 'tap'

import { peersOf } from '../../src/discovery/peers.ts'
import { replicasOf } from '../../src/discovery/replicas.ts'
import { endpointsOf, type SliceEndpoint } from '../../src/discovery/slices.ts'

const fine: SliceEndpoint = {
  ip: '10.0.0.1',
  node: 'a',
  zone: 'z',
  pod: 'mesh/pod-1',
  podUid: 'uid-1',
  ready: true,
  terminating: false,
  port: 8484,
}
const other = { ...fine, ip: '10.0.0.2', pod: 'mesh/pod-2', podUid: 'uid-2' }

t.test('peersOf() decides who is the agent of a node', async (t) => {
  const cases: readonly {
    readonly name: string
    readonly given: readonly SliceEndpoint[]
    readonly expected: readonly { readonly podUid: string; readonly ready: boolean }[]
  }[] = [
    { name: 'one', given: [fine], expected: [{ podUid: 'uid-1', ready: true }] },
    { name: 'unready stays', given: [{ ...fine, ready: false }], expected: [{ podUid: 'uid-1', ready: false }] },
    { name: 'terminating leaves', given: [{ ...fine, terminating: true }], expected: [] },
    { name: 'without a node there is no cell for it', given: [{ ...fine, node: '' }], expected: [] },
    {
      name: 'the old pod terminates',
      given: [other, { ...fine, terminating: true }],
      expected: [{ podUid: 'uid-2', ready: true }],
    },
    {
      name: 'the new pod is not ready yet',
      given: [fine, { ...other, ready: false }],
      expected: [{ podUid: 'uid-1', ready: true }],
    },
    { name: 'two good ones', given: [other, fine], expected: [{ podUid: 'uid-2', ready: true }] },
    { name: 'two good ones in another order', given: [fine, other], expected: [{ podUid: 'uid-2', ready: true }] },
    {
      name: 'in two slices, one of them stale',
      given: [{ ...fine, ready: false }, fine],
      expected: [{ podUid: 'uid-1', ready: true }],
    },
    { name: 'in two slices, one of them terminating', given: [fine, { ...fine, terminating: true }], expected: [] },
    {
      name: 'no pod behind it',
      given: [{ ...fine, pod: '', podUid: '' }],
      expected: [{ podUid: '', ready: true }],
    },
  ]
  for (const { name, given, expected } of cases) {
    const peers = peersOf(given, 10_250, [])
    t.same(
      peers.map(({ podUid, ready }) => ({ podUid, ready })),
      expected,
      name,
    )
  }
})

t.test('peersOf() gives one address a family', async (t) => {
  const six = { ...fine, ip: 'fd00::1' }
  t.match(peersOf([six, fine, fine], 10_250, []), [{ podIps: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] }])
  t.equal(peersOf([six, fine, fine], 10_250, [])[0]?.podIps.length, 2)
})

t.test('replicasOf() keeps one that became unready, and waits for one that never was ready', async (t) => {
  const unready = { ...fine, ready: false }
  const known = replicasOf([fine, other], [])
  t.same(
    known.map(({ name }) => name),
    ['mesh/pod-1', 'mesh/pod-2'],
  )
  t.same(replicasOf([unready], []), [])
  t.same(replicasOf([unready], known), [{ name: 'mesh/pod-1', ip: '10.0.0.1', family: 4, port: 8484 }])
  t.same(replicasOf([{ ...fine, terminating: true }], known), [])
  t.same(replicasOf([], known), [])
  t.match(replicasOf([{ ...fine, pod: '' }], []), [{ name: '10.0.0.1' }])
})

t.test('endpointsOf() reads what is missing as the API means it', async (t) => {
  const slice = (endpoint: unknown, ports: unknown = [{ port: 1 }]) => ({ endpoints: [endpoint], ports })
  const read = (endpoint: unknown, ports?: unknown) => endpointsOf([slice(endpoint, ports)], ['probe', 'http'])
  const bare = { ip: '10.0.0.1', node: '', zone: '', pod: '', podUid: '', ready: true, terminating: false, port: 1 }
  t.same(read({ addresses: ['10.0.0.1'] }), [bare], 'no conditions')
  t.same(read({ addresses: ['10.0.0.1'], conditions: {} }), [bare], 'empty conditions')
  t.match(read({ addresses: ['10.0.0.1'], conditions: { ready: false } }), [{ ready: false, terminating: false }])
  t.same(read({ addresses: ['10.0.0.1'], targetRef: { kind: 'Node', name: 'n', uid: 'u' } }), [bare], 'not a pod')
  t.same(read({ addresses: ['example.org'] }), [], 'FQDN slices')
  t.same(read({ addresses: [] }), [])
  t.same(read({ addresses: null }), [])
  t.same(read(null), [])
  t.same(read('garbage'), [])
  t.same(read({ addresses: ['10.0.0.1'] }, null), [], 'no port')
  t.same(read({ addresses: ['10.0.0.1'] }, [{ name: 'any', port: null }]), [], 'any port')
  const named = [
    { name: 'metrics', port: 1 },
    { name: 'http', port: 2 },
    { name: 'probe', port: 3 },
  ]
  t.match(read({ addresses: ['10.0.0.1'] }, named), [{ port: 3 }], 'in the order of our names')
  t.same(endpointsOf([{ endpoints: null, ports: null }, null, 7], ['probe']), [], 'an empty slice')
})
