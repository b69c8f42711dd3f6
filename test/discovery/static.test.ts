import t from 'tap'

import { staticDiscovery } from '../../src/discovery/static.ts'
import { type StaticValues, staticFields } from '../../src/discovery/static-fields.ts'
import type { Surroundings } from '../../src/model/peer.ts'
import { viewOf } from '../../src/model/peer-choice.ts'

const nothing = read({})

t.test('a static list is yielded once, and ends with the signal', async (t) => {
  const controller = new AbortController()
  const seen: Surroundings[] = []
  const values = read({
    peers: [
      { node: 'b', zone: 'z', ips: ['127.0.0.2', 'fd00::2'], port: 8484, hostIps: ['192.0.2.2'], podUid: 'u' },
      { node: 'a', ips: ['127.0.0.1'], port: 8484 },
    ],
    dnsReplicas: [{ name: 'dns-1', ip: '127.0.1.1', port: 5353 }],
    nodePort: 30_000,
    loadBalancers: [{ name: 'lb', ip: 'fd00::9', port: 80, observable: false }],
  })
  for await (const surroundings of staticDiscovery(values).watch(controller.signal)) {
    seen.push(surroundings)
    setImmediate(() => controller.abort())
  }
  const a = {
    node: 'a',
    zone: '',
    podUid: '',
    podIps: [{ ip: '127.0.0.1', family: 4 }],
    port: 8484,
    hostIps: [],
    hostPort: 10_250,
    ready: true,
  } as const
  const b = {
    ...a,
    node: 'b',
    zone: 'z',
    podUid: 'u',
    podIps: [
      { ip: '127.0.0.2', family: 4 },
      { ip: 'fd00::2', family: 6 },
    ],
    hostIps: [{ ip: '192.0.2.2', family: 4 }],
  } as const
  t.equal(seen.length, 1)
  t.same(seen[0], {
    view: viewOf([a, b]),
    dnsReplicas: [{ name: 'dns-1', ip: '127.0.1.1', port: 5353, family: 4 }],
    dnsServices: [],
    dnsNodeLocal: [],
    clusterIps: [],
    canaryIps: [],
    canary: [],
    nodePort: 30_000,
    loadBalancers: [{ name: 'lb', ip: 'fd00::9', port: 80, family: 6, observable: false }],
    ingressAddresses: [],
    ingressReplicas: [],
    apiServices: [],
    apiEndpoints: [],
  })
})

t.test('a static list yields nothing to who has stopped already, and ends for who stops at once', async (t) => {
  const aborted = AbortSignal.abort()
  for await (const _ of staticDiscovery(nothing).watch(aborted)) t.fail('yielded')
  const controller = new AbortController()
  let yields = 0
  for await (const _ of staticDiscovery(nothing).watch(controller.signal)) {
    yields += 1
    controller.abort()
  }
  t.equal(yields, 1)
})

t.test('a static list refuses what cannot be probed', async (t) => {
  const peer = { node: 'a', ips: ['127.0.0.1'], port: 1 }
  const cases = [
    { given: { peers: [{ ...peer, node: '' }] }, says: 'item 0: expected node, got none' },
    { given: { peers: [peer, { node: 'b', port: 1 }] }, says: 'item 1: expected ips, got none' },
    { given: { peers: [{ ...peer, port: 0 }] }, says: 'item 0: expected port, got none' },
    { given: { peers: [peer, peer] }, says: 'item 1: expected another node, got "a" twice' },
    { given: { peers: [{ ...peer, ips: ['here'] }] }, says: 'item 0, ips: expected an IP address, got "here"' },
    { given: { dnsReplicas: [{ name: 'd', ip: 7, port: 1 }] }, says: 'item 0, ip: expected an IP address, got 7' },
    { given: { dnsReplicas: [{ name: 'd', port: 1 }] }, says: 'item 0: expected ip, got none' },
    { given: { loadBalancers: [{ ip: '::1', port: 1 }] }, says: 'item 0: expected name, got none' },
  ]
  for (const { given, says } of cases) t.throws(() => read(given), { message: says })
})

t.test('the schema of a static list says what a row needs', async (t) => {
  t.match(staticFields.peers.schema, { items: { required: ['node', 'ips', 'port'], additionalProperties: false } })
})

function read(given: Readonly<Record<string, unknown>>): StaticValues {
  const entries = Object.entries(staticFields).map(([name, field]) => [
    name,
    name in given ? field.parse(given[name]) : field.fallback,
  ])
  return Object.fromEntries(entries)
}
