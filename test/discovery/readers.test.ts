import t from 'tap'

import { canaryAfter, turns } from '../../src/discovery/canary.ts'
import { givenOf, serverAddress } from '../../src/discovery/given.ts'
import { hurrySpread, intervalFor } from '../../src/discovery/interval.ts'
import { kubernetesFields } from '../../src/discovery/kubernetes-fields.ts'
import { nameServersIn } from '../../src/discovery/resolv-conf.ts'
import { frontOfIngress, frontOfService } from '../../src/discovery/service-objects.ts'
import { type CanaryHistory, canarySlice } from '../../src/kubernetes/canary-slice.ts'
import { retryDelay, withJitter } from '../../src/kubernetes/retry.ts'
import { recorded } from '../support/api-server.ts'
import { defaults } from './watching.ts'

t.test('nameServersIn() tells the Service from a cache on the node', async (t) => {
  const cases = [
    { name: 'a pod', text: 'search a b\nnameserver 10.96.0.10\n', service: ['10.96.0.10'], nodeLocal: [] },
    { name: 'a cache', text: 'nameserver 169.254.20.10', service: [], nodeLocal: ['169.254.20.10'] },
    {
      name: 'both families',
      text: 'nameserver 10.96.0.10\nnameserver fd00::a\n',
      service: ['10.96.0.10', 'fd00::a'],
      nodeLocal: [],
    },
    { name: 'a machine', text: 'nameserver 127.0.0.53\nnameserver ::1', service: [], nodeLocal: [] },
    {
      name: 'comments and garbage',
      text: '# nameserver 1.1.1.1\nnameserver dns\nnameserver',
      service: [],
      nodeLocal: [],
    },
    { name: 'IPv6 link-local', text: '\tnameserver FE80::a\r\n', service: [], nodeLocal: ['FE80::a'] },
    { name: 'nothing', text: '', service: [], nodeLocal: [] },
  ]
  for (const { name, text, service, nodeLocal } of cases) t.same(nameServersIn(text), { service, nodeLocal }, name)
})

const slice = (sinceMs: number | undefined, ...nodes: readonly string[]) => ({
  metadata: sinceMs === undefined ? {} : { annotations: { 'meshprobe.io/generation-ms': String(sinceMs) } },
  endpoints: nodes.map((nodeName) => ({ nodeName })),
})

const at = (wallMs: number, againMs = 0) => ({ wallMs, againMs })

t.test('canaryAfter() keeps the generations of half an hour', async (t) => {
  let known = canaryAfter([], [slice(1, 'a')], at(0))
  for (let i = 2; i <= 33; i++) known = canaryAfter(known, [slice(i, `node-${i}`)], at(0))
  t.same(
    known.map(({ sinceMs }) => sinceMs),
    Array.from({ length: 30 }, (_, i) => i + 4),
  )
  t.same(known.at(-1)?.nodes, ['node-33'])
})

t.test('canaryAfter() knows what is a new generation', async (t) => {
  const known = [{ sinceMs: 10, nodes: ['a', 'b'] }]
  t.equal(canaryAfter(known, [slice(10, 'b', 'a')], at(99)), known, 'the same')
  t.equal(canaryAfter(known, [slice(9, 'c')], at(99)), known, 'an older one from a cache')
  t.equal(canaryAfter(known, [slice(11)], at(99)), known, 'nobody')
  t.equal(canaryAfter(known, [], at(99)), known, 'no slice')
  t.equal(canaryAfter(known, [{ endpoints: null }], at(99)), known, 'an empty slice')
  t.same(canaryAfter(known, [slice(11, 'a', 'b')], at(99)).length, 2, 'the same nodes again, later')
  t.same(canaryAfter(known, [slice(undefined, 'c')], at(99)).at(-1), { sinceMs: 99, nodes: ['c'] }, 'when we saw it')
  t.equal(canaryAfter(known, [slice(undefined, 'a', 'b')], at(99)), known, 'nothing seen')
  t.same(canaryAfter(known, [slice(Number.NaN, 'c')], at(99)).at(-1)?.sinceMs, 99, 'garbage for a time')
})

t.test('canaryAfter() learns what it missed, and does not blame who is due', async (t) => {
  const gen = (sinceMs: number, ...nodes: readonly string[]) => ({ sinceMs, nodes })
  const written = (history: CanaryHistory) =>
    canarySlice({
      ...{ namespace: 'meshprobe', name: 'canary', addressType: 'IPv4', port: 1, owner: { uid: 'u' }, history },
      endpoints: (history.past.at(-1)?.nodes ?? []).map((node) => ({ node, zone: '', ip: '192.0.2.1' })),
    })
  const past = [gen(100, 'a'), gen(160, 'b'), gen(220, 'c')]
  const planned = [gen(280, 'a'), gen(340, 'b')]
  const known = canaryAfter([gen(40, 'b'), gen(100, 'a')], [written({ past, planned })], at(225, 60))
  t.strictSame(known, [gen(40, 'b'), gen(100), gen(160, 'b'), gen(220, 'c')], 'a is back before we look again')
  t.equal(canaryAfter(known, [written({ past, planned })], at(226, 60)), known)
  const later = canaryAfter(known, [written({ past: [...past, gen(280, 'a')], planned: [gen(340, 'd')] })], at(281, 60))
  t.strictSame(later, [gen(40, 'b'), ...past, gen(280, 'a')])
  const slice = written({ past, planned })
  for (const wrong of ['{', '7', '{"past":7,"planned":[{"sinceMs":-1}]}', 'x'.repeat(20_000)]) {
    const annotations = { ...slice.metadata.annotations, 'meshprobe.io/generations': wrong }
    t.strictSame(canaryAfter([], [{ ...slice, metadata: { annotations } }], at(225, 60)), [gen(220, 'c')])
  }
})

t.test('frontOfService() reads the probe port, and no address where there is none', async (t) => {
  t.match(frontOfService(recorded('service-node-port')), { name: 'meshprobe/meshprobe', port: 80, nodePort: 30_484 })
  t.same(frontOfService({ spec: { clusterIPs: ['None'] } }).clusterIps, [], 'headless')
  t.match(frontOfService({ spec: { ports: [{ port: 81, nodePort: 30_001 }] } }), { port: 81, nodePort: 30_001 })
  t.match(frontOfService(null), { port: 0, nodePort: 0, clusterIps: [], outside: [] })
  t.same(
    frontOfService({ status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }, {}, { hostname: 'lb' }] } } }).outside,
    [
      { host: '192.0.2.1', observable: false },
      { host: 'lb', observable: true },
    ],
  )
})

t.test('frontOfIngress() knows the port by its TLS', async (t) => {
  t.match(frontOfIngress(recorded('ingress')), { port: 443, tls: true })
  t.match(frontOfIngress({ spec: { tls: null }, status: {} }), { port: 80, tls: false, outside: [] })
})

t.test('intervalFor() keeps all agents together at ten lists a second', async (t) => {
  for (const [peers, expected] of [
    [0, 30_000],
    [300, 30_000],
    [1000, 100_000],
    [5000, 500_000],
  ] as const) {
    t.equal(intervalFor(peers), expected)
  }
  t.equal(
    withJitter(1000, () => 0),
    800,
  )
  t.equal(Math.round(withJitter(1000, () => 1)), 1200)
  t.equal(hurrySpread(12), 1000)
  t.equal(hurrySpread(5000), 30_000)
})

t.test('retryDelay() doubles up to the interval, and never comes before it may', async (t) => {
  const delays = (retryAfterMs: number, chance: number) =>
    [1, 2, 3, 4, 9].map((failures) => retryDelay({ failures, intervalMs: 80_000, retryAfterMs }, () => chance))
  t.same(delays(0, 1), [10_000, 20_000, 40_000, 80_000, 80_000])
  t.same(delays(0, 0), [5000, 10_000, 20_000, 40_000, 40_000])
  t.same(delays(30_000, 0), [30_000, 30_000, 30_000, 40_000, 40_000])
  t.equal(
    retryDelay({ failures: 2000, intervalMs: 80_000, retryAfterMs: 0 }, () => 1),
    80_000,
  )
})

t.test('givenOf() knows the addresses that the kubelet handed to the pod', async (t) => {
  const values = defaults()
  const given = (env: Readonly<Record<string, string>>, resolvConf?: string, dnsServiceIp = '') =>
    givenOf(
      { ...values, dnsServiceIp },
      {
        env,
        readFile: async () => resolvConf ?? Promise.reject(new Error('ENOENT')),
      },
    )
  t.match(await given({ KUBERNETES_SERVICE_HOST: 'fd00::1' }), {
    apiServices: [{ ip: 'fd00::1', port: 443, family: 6 }],
  })
  t.same((await given({ KUBERNETES_SERVICE_HOST: 'api.example.com' })).apiServices, [], 'a name leads past the Service')
  t.same((await given({})).nameServers, { service: [], nodeLocal: [] }, 'no file')
  const both = await given({}, 'nameserver 169.254.20.10\n', '10.96.0.10')
  t.same(both.nameServers, { service: ['10.96.0.10'], nodeLocal: ['169.254.20.10'] })
  t.match(both, { dnsName: 'kube-system/kube-dns', nodeLocalName: 'kube-system/node-local-dns' })
})

t.test('serverAddress() prefers what is set', async (t) => {
  const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '6443' }
  const values = defaults()
  t.same(serverAddress(values, env), { host: '10.96.0.1', port: 6443 })
  t.same(serverAddress({ ...values, serverHost: 'api', serverPort: 1 }, env), { host: 'api', port: 1 })
  t.same(serverAddress({ ...values, serverHost: 'api' }, {}), { host: 'api', port: 443 })
})

t.test('the interval is automatic or a duration', async (t) => {
  const { interval } = kubernetesFields
  t.equal(interval.fallback, 'auto')
  t.equal(interval.parse('auto'), 'auto')
  t.equal(interval.parse('45s'), 45_000)
  t.throws(() => interval.parse('1s'), RangeError)
})

t.test('a canary that nobody turns any more is not asked: its backends may be long gone', async (t) => {
  const generations = [
    { sinceMs: 1000, nodes: ['node-1'] },
    { sinceMs: 61_000, nodes: ['node-2'] },
  ]
  t.ok(turns(generations, 61_000))
  t.ok(turns(generations, 360_999))
  t.notOk(turns(generations, 361_000))
  t.notOk(turns([], 0), 'one that never turned is none')
})
