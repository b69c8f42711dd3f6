import t from 'tap'
import type { Round } from '../../src/model/round.ts'
import { agentStarved, partition } from '../../src/simulate/scenarios/list.ts'
import { altered, type Cell, everNamed, nodeIs } from './altered.ts'
import { type Drawing, diagnosed } from './drawn.ts'
import { foundIn } from './simulated.ts'

const cutN4 = '   n4 *\nn4 .  x\n*  x  .'
const cutN5 = '   n5 *\nn5 .  x\n*  x  .'
const toN5 = '   n5\n*  x'
const silentN4 = { packets: cutN4, unread: ['n4'] } as const

t.test('agents that starve accuse nobody, however many they are', async (t) => {
  const starved = (starvedScore: number): Drawing => ({
    round: (round) =>
      round.zone === 'a'
        ? { ...altered(round, ({ target, isPeer }) => (isPeer && target < 'n4' ? undefined : 'timeout')), starvedScore }
        : {},
  })
  t.strictSame(everNamed([[8, starved(3)]]), [])
  t.not(everNamed([[8, starved(0)]]).length, 0, 'the same without a word of starvation is told')
})

t.test('the node of an agent that starves and says so is held guilty of nothing faint', async (t) => {
  for (const seed of [4, 5]) {
    const found = foundIn({ scenario: agentStarved, nodes: 60, zones: 3, noise: 'N2', seed })
    t.ok(found.every((name) => name.startsWith('agent_slow')))
  }
})

t.test('an agent whose kernel still opens connections is slow; its network is not at fault', async (t) => {
  const byProcess = ['peer_http', 'peer_udp', 'peer_mtu']
  const slow: Drawing = {
    round: (round) =>
      altered(round, ({ check, target }) =>
        byProcess.includes(check) && (target === 'n4' || round.node === 'n4') ? 'timeout' : undefined,
      ),
  }
  t.strictSame(everNamed([[8, slow]]), ['agent_slow n4'])
  const [, found] = diagnosed([
    [10, {}],
    [8, slow],
  ])
  t.ok((found?.[0]?.severity ?? 0) > 0.8, 'and that connections open makes it no less')
})

t.test('a pod that is replaced explains what it fails, also in the rounds before that was known', async (t) => {
  const renewed = { podUid: 'uid-renewed' }
  const after: Drawing = {
    ...nodeIs('n4', renewed),
    round: ({ node }) => (node === 'n4' ? { ...renewed, bootId: 'later' } : {}),
  }
  t.strictSame(
    everNamed([
      [2, { ...silentN4, ...nodeIs('n4', { ready: false }) }],
      [1, { ...silentN4, ...nodeIs('n4', { ...renewed, ready: false }) }],
      [20, after],
    ]),
    [],
  )
  t.strictSame(everNamed([[3, { ...silentN4, ...nodeIs('n4', { ready: false }) }]]), ['pod_network_cut n4'])
})

t.test('a cordon explains a node that is gone, and what runs on it, for five minutes', async (t) => {
  const gone: Drawing = { packets: cutN5, hosts: toN5, nodePorts: toN5, unread: ['n5'] }
  const leaving = { ...gone, ...nodeIs('n5', { ready: false, cordoned: true }) }
  t.strictSame(everNamed([[28, leaving]]), [])
  t.strictSame(everNamed([[45, leaving]]), ['node_down n5'])
  t.strictSame(everNamed([[5, { ...gone, ...nodeIs('n5', { ready: false }) }]]), ['node_down n5'])
})

t.test('whether a silent node sends is told by those who expect to hear from it', async (t) => {
  t.strictSame(everNamed([[5, silentN4]]), ['pod_network_cut n4'])
  t.strictSame(everNamed([[5, { packets: '   n4\n*  x', unread: ['n4'] }]]), ['pod_network_in n4'])
  t.strictSame(everNamed([[5, { packets: '   *\nn4 x' }]]), ['pod_network_out n4'])
})

t.test('a node that nobody expects to hear from is cut off, not one way only', async (t) => {
  const unexpected: Drawing = {
    ...silentN4,
    round: ({ received }) => ({ received: received.filter(({ from }) => from !== 'n4') }),
  }
  t.strictSame(everNamed([[5, unexpected]]), ['pod_network_cut n4'])
})

t.test('a round that nobody could read is neither a fault nor an alibi', async (t) => {
  t.strictSame(everNamed([[20, { unread: ['n4'] }]]), [])
})

t.test('datagrams of an agent that does not run are not lost on the way', async (t) => {
  const refuses = (round: Round) =>
    altered(round, ({ check, target }) => {
      if (target !== 'n4') return undefined
      if (check === 'peer_http' || check === 'peer_tcp') return 'refused'
      return check === 'peer_udp' || check === 'peer_mtu' ? 'timeout' : undefined
    })
  const dead: Drawing = {
    ...nodeIs('n4', { ready: false }),
    unread: ['n4'],
    round: (round) => ({
      ...refuses(round),
      received: round.received.map((row) => (row.from === 'n4' ? { ...row, got: 0 } : row)),
    }),
  }
  t.strictSame(everNamed([[10, dead]]), ['agent_down n4'])
})

t.test('in a small cluster two bad rounds of a pod are a restart, three are a fault', async (t) => {
  const restarting = { ...silentN4, ...nodeIs('n4', { ready: false }) }
  t.strictSame(
    everNamed([
      [2, restarting],
      [20, {}],
    ]),
    [],
  )
  t.strictSame(everNamed([[3, restarting]]), ['pod_network_cut n4'])
})

t.test('who sees less than half of the agents says only that', async (t) => {
  const behind = ['n1', 'n2', 'n3', 'n4', 'n5']
  const packets = `   ${behind.join(' ')}\n*  x x x x x`
  t.strictSame(everNamed([[5, { packets, unread: behind }]]), ['partition cluster'])
})

t.test('what comes late when a partition ends is no fault of now', async (t) => {
  const found = foundIn({ scenario: partition, nodes: 12, zones: 3, noise: 'N0', seed: 1 })
  t.strictSame(found, ['partition cluster'])
})

t.test('a receiver that knows other pods than the sender does misses nothing', async (t) => {
  const missing = (sameView: boolean): Drawing => ({
    round: ({ received }) => ({
      received: received.map((row) => (row.from === 'n4' ? { ...row, got: 0, sameView } : row)),
    }),
  })
  t.strictSame(everNamed([[8, missing(false)]]), [])
  t.strictSame(everNamed([[8, missing(true)]]), ['pod_network_out n4'])
})

t.test('an agent that goes on asking a pod that is no more breaks no path, whenever that pod went', async (t) => {
  const asking = (viewHash: string): Drawing => ({
    round(round) {
      if (round.node !== 'n1') return {}
      const isGone = ({ check, target, isPeer }: Cell) => isPeer && target === 'n4' && check !== 'host_tcp'
      return { viewHash, ...altered(round, (cell) => (isGone(cell) ? 'timeout' : undefined)) }
    },
  })
  t.strictSame(everNamed([[12, asking('old')]]), [])
  t.strictSame(everNamed([[12, asking('v')]]), ['link n1>n4'])
})
