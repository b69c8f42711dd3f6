import t from 'tap'
import type { Check } from '../../src/model/check.ts'
import { dnsReplicaDown } from '../../src/simulate/scenarios/dns.ts'
import { altered, everNamed, nodeIs } from './altered.ts'
import { type Drawing, diagnosed } from './drawn.ts'
import { foundIn } from './simulated.ts'

const everybody = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9']
const fromN1ToN4 = '   n4\nn1 x'

t.test('a path is broken when it fails for four rounds, not for three', async (t) => {
  t.strictSame(
    everNamed([
      [3, { packets: fromN1ToN4 }],
      [24, {}],
    ]),
    [],
  )
  t.strictSame(
    everNamed([
      [6, { packets: fromN1ToN4 }],
      [24, {}],
    ]),
    ['link n1>n4'],
  )
})

t.test(
  'which way a path is broken is known by what arrives, when the receiver cannot tell what gets lost',
  async (t) => {
    const packets = fromN1ToN4
    const knowsOldPods: Drawing = {
      packets,
      round: ({ node, received }) =>
        node === 'n4' ? { received: received.map((row) => ({ ...row, sameView: row.from !== 'n1' })) } : {},
    }
    const isUnread: Drawing = { packets, unread: ['n4'] }
    for (const drawing of [knowsOldPods, isUnread]) t.strictSame(everNamed([[6, drawing]]), ['link n1>n4'])
  },
)

t.test('among few nodes a path is told as soon in whichever round it breaks', async (t) => {
  const toName = (quiet: number) => {
    const rounds = Array.from({ length: 8 }, () => [1, { packets: fromN1ToN4 }] as const)
    return diagnosed([[quiet, {}], ...rounds]).findIndex((told) => told.length > 0)
  }
  t.strictSame([toName(10), toName(11), toName(12), toName(13)], [4, 4, 4, 4])
})

t.test('a path is told no longer once its border is cut: what fails on it now may be of that', async (t) => {
  const rows = ['n1', 'n2', 'n3'].map((node) => `${node} x  x  x`).join('\n')
  const cut = `   n4 n5 n6\n${rows}`
  const found = diagnosed([
    [10, {}],
    [8, { packets: fromN1ToN4 }],
    [4, { packets: cut }],
  ]).map((findings) => findings.filter(({ state }) => state === 'open').map(({ fault }) => fault))
  t.strictSame(found, [[], ['link'], ['zone_one_way']])
})

t.test('where most paths to a node look broken it is no matter of a path', async (t) => {
  const found = foundIn({ scenario: dnsReplicaDown, nodes: 12, zones: 3, noise: 'N3', seed: 7 })
  t.ok(found.some((name) => name.startsWith('dns_replica_down')))
  t.strictSame(
    found.filter((name) => name.startsWith('link')),
    [],
  )
})

t.test('datagrams alone may be treated otherwise on the way: connections must fail too', async (t) => {
  const between = (a: string, b: string) => [a, b].includes('n1') && [a, b].includes('n4')
  const filtered: Drawing = {
    round: (round) => ({
      ...altered(round, ({ check, target }) =>
        check === 'peer_udp' && between(round.node, target) ? 'timeout' : undefined,
      ),
      received: round.received.map((row) => (between(round.node, row.from) ? { ...row, got: 0 } : row)),
    }),
  }
  t.strictSame(everNamed([[20, filtered]]), [])
})

t.test(
  'large packets that vanish on one path are told of that path, whoever asks; not if others vanish too',
  async (t) => {
    const vanish = (isOn: (a: string, b: string) => boolean, checks: readonly Check[] = ['peer_mtu']): Drawing => ({
      round: (round) =>
        altered(round, ({ check, target }) =>
          checks.includes(check) && isOn(round.node, target) ? 'timeout' : undefined,
        ),
    })
    const fromN1ToN4 = vanish((a, b) => a === 'n1' && b === 'n4')
    t.strictSame(everNamed([[24, fromN1ToN4]]), ['mtu n1|n4'])
    t.strictSame(everNamed([[24, vanish((a, b) => a === 'n4' && b === 'n1')]]), ['mtu n1|n4'])
    const both = vanish((a, b) => [a, b].includes('n1') && [a, b].includes('n4'))
    t.strictSame(
      everNamed([
        [5, both],
        [24, {}],
      ]),
      ['mtu n1|n4'],
      'either end tells of it',
    )
    t.strictSame(
      everNamed([
        [4, fromN1ToN4],
        [24, {}],
      ]),
      [],
      'a few are no hole',
    )
    t.strictSame(everNamed([[24, vanish((a, b) => a === 'n1' && b === 'n4', ['peer_mtu', 'peer_http'])]]), [])
    t.strictSame(
      everNamed([[24, vanish((a, b) => a === 'n4' || b === 'n4')]]),
      ['mtu n4'],
      'many of one node are the node',
    )
  },
)

t.test('a Service that fails now and then is a matter of a node only where others are answered', async (t) => {
  const failing = (service: Check, nodes: readonly string[]): Drawing => ({
    round: (round) =>
      altered(round, ({ check }) =>
        nodes.includes(round.node) && check === service && round.round % 2 === 0 ? 'timeout' : undefined,
      ),
  })
  t.strictSame(everNamed([[24, failing('dns_service', ['n1'])]]), ['kube_proxy n1'])
  t.strictSame(everNamed([[24, failing('clusterip', ['n1', 'n4', 'n7', 'n8'])]]), [])
  t.strictSame(everNamed([[24, failing('service_canary', everybody)]]), [])
})

t.test(
  'old answers of the canary at one node are told after four rounds, though pods behind it come and go',
  async (t) => {
    const restarting = (round: number) => (round % 3 === 0 ? { ...nodeIs('n7', { podUid: `uid-${round}` }) } : {})
    const old: Drawing = {
      round: (round) =>
        altered(round, ({ check }) => (round.node === 'n1' && check === 'service_canary' ? 'wrong_peer' : undefined)),
    }
    const rounds = Array.from({ length: 12 }, (_, i) => [1, { ...old, ...restarting(i) }] as const)
    t.strictSame(everNamed([[8, {}], ...rounds]), ['kube_proxy n1'])
  },
)

t.test('Services that each lose a little from one node are weighed together', async (t) => {
  const failing = (services: readonly Check[]): Drawing => ({
    round: (round) =>
      altered(round, ({ check }) => (round.node === 'n1' && services.includes(check) ? 'timeout' : undefined)),
  })
  const turns = (dns: readonly Check[], clusterip: readonly Check[]) =>
    everNamed([dns, clusterip, [], dns, clusterip, [], [], []].map((services) => [1, failing(services)]))
  t.strictSame(turns(['dns_service'], ['clusterip']), ['kube_proxy n1'])
  t.strictSame(turns(['dns_service'], []), [])
  t.strictSame(turns([], ['clusterip']), [])
})

t.test('a Service that answers most of what it is asked in a round is not called dead', async (t) => {
  const answering = (n: number): Drawing => ({
    round: (round) => {
      const told = altered(round, ({ check }) => (round.node === 'n1' && check === 'clusterip' ? 'timeout' : undefined))
      const [of] = round.ok.filter(({ check }) => check === 'clusterip')
      return n === 0 || of === undefined || round.node !== 'n1' ? told : { ...told, ok: [...told.ok, { ...of, n }] }
    },
  })
  const severityOf = (n: number, rounds = 8) =>
    diagnosed([
      [10, {}],
      [rounds, answering(n)],
    ])
      .flat()
      .map(({ fault, severity }) => [fault, severity])
  t.strictSame(severityOf(0), [['kube_proxy', 0.98]])
  t.strictSame(severityOf(2), [['kube_proxy', 0.3]])
  t.strictSame(severityOf(0, 6), [['kube_proxy', 0.98]], 'what worked before it began does not speak against it')
})
