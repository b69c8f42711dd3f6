import t from 'tap'

import { type Cell, createCellReader } from '../../bench/diagnosis/methods/cells.ts'
import { greedy } from '../../bench/diagnosis/methods/greedy.ts'
import { methods } from '../../bench/diagnosis/methods/list.ts'
import type { Accused, Method } from '../../bench/diagnosis/methods/method.ts'
import { placesIn } from '../../bench/diagnosis/methods/places.ts'
import { ratioRule } from '../../bench/diagnosis/methods/ratio-rule.ts'
import type { RoundInput, ViewLine } from '../../src/model/recording.ts'
import type { Round } from '../../src/model/round.ts'
import { roundOf } from '../support/rounds.ts'

const zones = { a: 'east', b: 'east', c: 'east', d: 'west', e: 'west', f: 'west', g: 'south', h: 'south' }
const nodes = Object.keys(zones)
const view: ViewLine = {
  ...{ kind: 'view', round: 0, viewHash: 'v' },
  nodes: Object.entries(zones).map(([node, zone]) => ({ node, zone, podUid: node, ready: true, cordoned: false })),
  replicas: [
    { check: 'dns_replica', name: 'kube-system/dns-1', node: 'a' },
    { check: 'dns_replica', name: 'kube-system/dns-2', node: 'd' },
  ],
}
const places = placesIn(view)
const rule = ratioRule(0.5)

t.test('a node that nobody reaches is accused, and only it', async (t) => {
  const cells = everyPair((source, target) => source === 'c' || target === 'c')
  t.strictSame(namesOf(rule, cells), ['node/c'])
  t.strictSame(namesOf(greedy, cells), ['node/c'])
})

t.test('nobody is accused when all goes well', async (t) => {
  const cells = [...everyPair(() => false), ...everyReplica(() => false)]
  for (const method of methods) t.strictSame(namesOf(method, cells), [])
})

t.test('two of three zones that do not reach each other are one pair of zones', async (t) => {
  const cells = everyPair((source, target) => [source, target].map(places.zoneOf).sort().join() === 'east,west')
  t.strictSame(namesOf(greedy, cells), ['zone_pair/east|west'])
  t.ok(namesOf(rule, cells).includes('zone_pair/east|west'))
})

t.test('a DNS replica that answers nobody is accused, not the node it runs on', async (t) => {
  const cells = [...everyPair(() => false), ...everyReplica((_, replica) => replica === 'kube-system/dns-2')]
  t.strictSame(namesOf(greedy, cells), ['pod/kube-system/dns-2'])
  t.strictSame(namesOf(rule, cells), ['pod/kube-system/dns-2'])
})

t.test('the ratio rule keeps to its share', async (t) => {
  const third = Array.from({ length: 3 }, (_, i) => service('clusterip', 'mesh/mesh', 'abc'[i] ?? '', i === 0))
  const about = (method: Method) => namesOf(method, third).filter((name) => name.startsWith('service'))
  t.strictSame(about(rule), [])
  t.strictSame(about(ratioRule(0.3)), ['service/mesh/mesh'])
})

t.test('the ratio rule looks back three rounds, and asks for three probes', async (t) => {
  const judge = rule.start()
  const at = (isBad: boolean) => judge([service('ingress', 'mesh/mesh', 'a', isBad)], places).map(nameOf)
  t.strictSame([at(true), at(true)], [[], []])
  t.strictSame(at(false), ['ingress/mesh/mesh'])
  t.strictSame(at(false), [])
})

t.test('for greedy a pair is bad when most of its probes failed', async (t) => {
  const touched = everyPair((source, target) => source === 'c' || target === 'c')
  const half = touched.map((cell) => (cell.failed > 0 ? { ...cell, ok: 1 } : cell))
  t.strictSame(namesOf(greedy, half), [])
})

t.test('greedy takes the least that explains all, and forgets after three rounds', async (t) => {
  const judge = greedy.start()
  const broken = everyPair((source, target) => [source, target].some((node) => node === 'b' || node === 'e'))
  t.strictSame(judge(broken, places).map(nameOf).sort(), ['node/b', 'node/e'])
  const fine = everyPair(() => false)
  for (let round = 0; round < 3; round++) judge(fine, places)
  t.strictSame(judge(fine, places), [])
})

t.test('cells are read from stable pairs, shared targets and failures', async (t) => {
  const fail = { family: 4, reason: 'timeout', phase: 'connect' } as const
  const pair = { check: 'peer_http', family: 4, latency: [] } as const
  const cells = read(
    roundOf('a', 8, {
      stable: [
        { ...pair, peer: 'b', ok: 1, failed: 0 },
        { ...pair, peer: 'c', ok: 0, failed: 3 },
        { ...pair, peer: 'a', ok: 1, failed: 0 },
      ],
      ok: [
        { check: 'peer_http', zone: 'east', family: 4, n: 2 },
        { check: 'dns_replica', variant: 'external', target: 'kube-system/dns-1', family: 4, n: 1 },
        { check: 'service_canary', target: 'mesh/canary', family: 4, n: 1 },
      ],
      fails: [
        { ...fail, check: 'peer_http', target: 'c', n: 3, failed: 3 },
        { ...fail, check: 'peer_udp', target: 'c', n: 3, failed: 3 },
        { ...fail, check: 'dns_replica', variant: 'external', target: 'kube-system/dns-1', n: 3, failed: 1 },
        { ...fail, check: 'dns_replica', variant: 'external', target: 'kube-system/dns-1', n: 3, failed: 1 },
      ],
    }),
  )
  t.strictSame(cells, [
    { check: 'dns_replica', variant: 'external', source: 'a', target: 'kube-system/dns-1', ok: 1, failed: 2 },
    { check: 'peer_http', source: 'a', target: 'b', ok: 1, failed: 0 },
    { check: 'peer_http', source: 'a', target: 'c', ok: 0, failed: 3 },
  ])
})

t.test('a peer that is named once an epoch and does not fail has answered, until the epoch ends', async (t) => {
  const fail = { check: 'peer_http', family: 4, reason: 'timeout', phase: 'connect' } as const
  const peers = ['d', 'e'].map((node) => ({ node, checks: ['peer_http', 'peer_tcp'] as const }))
  const failing = { fails: [{ ...fail, target: 'e', n: 3, failed: 2 }] }
  const http = (target: string, ok: number, failed: number) => ({ check: 'peer_http', source: 'a', target, ok, failed })
  const reader = createCellReader()
  t.strictSame(reader(inputOf(roundOf('a', 8, { peers }))), [http('d', 1, 0), http('e', 1, 0)])
  t.strictSame(reader(inputOf(roundOf('a', 11, failing))), [http('d', 1, 0), http('e', 1, 2)])
  t.strictSame(reader(inputOf(roundOf('a', 12))), [])
})

function everyPair(isBad: (source: string, target: string) => boolean): readonly Cell[] {
  return nodes.flatMap((source) =>
    nodes.flatMap((target) =>
      source === target ? [] : [{ check: 'peer_http', source, target, ...counts(isBad(source, target)) } as const],
    ),
  )
}

function everyReplica(isBad: (source: string, replica: string) => boolean): readonly Cell[] {
  return nodes.flatMap((source) =>
    view.replicas.map(({ name }) => ({
      ...{ check: 'dns_replica', variant: 'internal', source, target: name },
      ...counts(isBad(source, name)),
    })),
  ) as readonly Cell[]
}

function service(check: Cell['check'], target: string, source: string, isBad: boolean): Cell {
  return { check, source, target, ...counts(isBad) }
}

function counts(isBad: boolean) {
  return isBad ? { ok: 0, failed: 1 } : { ok: 1, failed: 0 }
}

function namesOf(method: Method, cells: readonly Cell[]): readonly string[] {
  return method.start()(cells, places).map(nameOf).sort()
}

function nameOf({ kind, name }: Accused): string {
  return `${kind}/${name}`
}

function read(round: Round): readonly Cell[] {
  return createCellReader()(inputOf(round))
}

function inputOf(round: Round): RoundInput {
  const pull = { kind: 'pull', round: round.round, tried: 1, failed: [] } as const
  return { round: round.round, roundSeconds: 10, view, rounds: [round], pull, events: [] }
}
