import { createDiagnosis } from '../../src/diagnosis/diagnosis.ts'
import type { Check, Variant } from '../../src/model/check.ts'
import type { Reason } from '../../src/model/failure.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { RoundInput, ViewLine } from '../../src/model/recording.ts'
import type { FailCount, OkCount, Round, StablePair } from '../../src/model/round.ts'

/**
 * A matrix drawn as text: a line of column names, then a line for each row. `.` works, `x` is silent, `r` refuses,
 * `e` answers with an error. Rows and cells that are not drawn work.
 *
 * `packets` is about what a row's node sends to a column's node over the pod network: probes and datagrams follow
 * from it. `full` is the same for packets of full size only. All others are the cells themselves.
 */
export interface Drawing {
  readonly packets?: string
  readonly full?: string
  readonly hosts?: string
  readonly nodePorts?: string
  readonly dnsInternal?: string
  readonly dnsExternal?: string
  readonly services?: string
  readonly ingresses?: string
  readonly apis?: string
  /** Whose rounds nobody could read. */
  readonly unread?: readonly string[]
  /** Changes of single rounds: restarts, starvation and the like. */
  readonly round?: (round: Round) => Partial<Round>
  readonly view?: (view: ViewLine) => Partial<ViewLine>
}

const nodes = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9']
const zoneOf = (node: string) => (node < 'n4' ? 'a' : node < 'n7' ? 'b' : 'c')
const replicas = {
  dns_replica: { 'kube-system/dns-1': 'n2', 'kube-system/dns-2': 'n5', 'kube-system/dns-3': 'n8' },
  ingress_replica: { 'ingress/in-1': 'n3', 'ingress/in-2': 'n6' },
  apiserver_endpoint: { '10.0.0.1': undefined, '10.0.0.2': undefined },
} as const
const ten = { roundSeconds: 10 } as const
const first = 1000

/** Runs the engine over drawings, each for so many rounds, and tells what is found at the end of each. */
export function diagnosed(
  steps: readonly (readonly [rounds: number, drawing: Drawing])[],
): readonly (readonly Finding[])[] {
  const diagnosis = createDiagnosis()
  let round = first
  return steps.map(([rounds, drawing]) => {
    let found: readonly Finding[] = []
    for (let i = 0; i < rounds; i++) found = diagnosis.observe(inputOf(round++, drawing))
    return found
  })
}

/** What is found in so many rounds of a drawing, after some that were quiet: `fault entity` of each. */
export function named(drawing: Drawing, rounds = 3): readonly string[] {
  const [, found] = diagnosed([
    [10, {}],
    [rounds, drawing],
  ])
  return (found ?? [])
    .map(({ fault, entity: { name, endpoint } }) =>
      [fault, name, endpoint].filter((part) => part !== undefined).join(' '),
    )
    .sort()
}

function inputOf(round: number, drawing: Drawing): RoundInput {
  const unread = drawing.unread ?? []
  const rounds = nodes.filter((node) => !unread.includes(node)).map((node) => roundOf(node, round, drawing))
  const failed = unread.map((node) => ({ node, reason: 'timeout' as const }))
  const pull = { kind: 'pull', round, tried: nodes.length, failed } as const
  return { round, ...ten, view: viewOf(round, drawing), rounds, pull, events: [] }
}

function viewOf(round: number, drawing: Drawing): ViewLine {
  const view: ViewLine = {
    ...{ kind: 'view', round, viewHash: 'v' },
    nodes: nodes.map((node) => ({ node, zone: zoneOf(node), podUid: `uid-${node}`, ready: true, cordoned: false })),
    replicas: Object.entries(replicas).flatMap(([check, pods]) =>
      Object.entries(pods).map(([name, node]) => ({
        check: check as keyof typeof replicas,
        name,
        ...(node !== undefined && { node }),
      })),
    ),
  }
  return { ...view, ...drawing.view?.(view) }
}

interface Cell {
  readonly check: Check
  readonly variant?: Variant
  readonly target: string
  readonly mark: string
  readonly perRound: number
  readonly stable: boolean
}

function roundOf(node: string, round: number, drawing: Drawing): Round {
  const cells = [...peerCells(node, drawing), ...sharedCells(node, drawing)]
  const made: Round = {
    ...{ kind: 'round', round, bootId: 'boot', seq: round - first, node, zone: zoneOf(node), podUid: `uid-${node}` },
    ...{ viewHash: 'v', ...ten, starvedScore: 0, draining: false },
    ok: cells.filter(works).map(okOf),
    stable: cells.filter(({ stable }) => stable).map(stableOf),
    fails: cells.filter((cell) => !works(cell)).map(failOf),
    received: nodes
      .filter((from) => from !== node)
      .map((from) => ({
        from,
        family: 4,
        expected: 3,
        got: marks(drawing.packets, from, node) === '.' ? 3 : 0,
        sameView: true,
      })),
  }
  return { ...made, ...drawing.round?.(made) }
}

function peerCells(node: string, { packets, full, hosts, nodePorts }: Drawing): readonly Cell[] {
  const both = (text: string | undefined, a: string, b: string) => {
    const there = marks(text, a, b)
    return there === '.' ? marks(text, b, a) : there
  }
  return nodes
    .filter((peer) => peer !== node)
    .flatMap((peer) => {
      const mark = both(packets, node, peer)
      const cell = { target: peer, mark, perRound: 1, stable: true }
      const large = mark === '.' ? both(full, node, peer) : mark
      return [
        { ...cell, check: 'peer_http' as const },
        { ...cell, check: 'peer_tcp' as const },
        { ...cell, check: 'peer_udp' as const, perRound: 2 },
        { ...cell, check: 'peer_udp' as const, variant: 'fixed' as const },
        { ...cell, check: 'peer_mtu' as const, mark: large },
        { ...cell, check: 'host_tcp' as const, mark: marks(hosts, node, peer) },
        { ...cell, check: 'nodeport' as const, mark: marks(nodePorts, node, peer) },
      ]
    })
}

function sharedCells(node: string, drawing: Drawing): readonly Cell[] {
  const cell = (check: Check, target: string, text: string | undefined, variant?: Variant): Cell => {
    const host = (replicas as Readonly<Record<string, Readonly<Record<string, string | undefined>>>>)[check]?.[target]
    const lost = host === undefined || host === node ? '.' : marks(drawing.packets, node, host)
    const back = host === undefined || host === node ? '.' : marks(drawing.packets, host, node)
    const network = lost === '.' ? back : lost
    const mark = network === '.' ? marks(text, node, target) : network
    return { check, ...(variant && { variant }), target, mark, perRound: 1, stable: false }
  }
  const { dnsInternal, dnsExternal, services, ingresses, apis } = drawing
  return [
    ...Object.keys(replicas.dns_replica).flatMap((pod) => [
      cell('dns_replica', pod, dnsInternal, 'internal'),
      cell('dns_replica', pod, dnsExternal, 'external'),
    ]),
    cell('dns_service', 'kube-system/kube-dns', services, 'internal'),
    cell('dns_service', 'kube-system/kube-dns', services, 'external'),
    cell('clusterip', 'meshprobe/meshprobe', services),
    cell('service_canary', 'meshprobe/canary', services),
    cell('ingress', 'ingress/web', ingresses),
    ...Object.keys(replicas.ingress_replica).map((pod) => cell('ingress_replica', pod, ingresses)),
    cell('apiserver_service', 'kubernetes', apis),
    cell('apiserver_dns', 'kubernetes', apis),
    ...Object.keys(replicas.apiserver_endpoint).map((name) => cell('apiserver_endpoint', name, apis)),
  ]
}

function works({ mark }: Cell): boolean {
  return mark === '.'
}

function okOf({ check, variant, target, perRound }: Cell): OkCount {
  const place = nodes.includes(target) ? { zone: zoneOf(target) } : { target }
  return { check, ...(variant && { variant }), ...place, family: 4, n: perRound }
}

function stableOf(cell: Cell): StablePair {
  const { check, variant, target, perRound } = cell
  const counts = works(cell) ? { ok: perRound, failed: 0 } : { ok: 0, failed: perRound }
  return { peer: target, check, ...(variant && { variant }), family: 4, ...counts, latency: [] }
}

function failOf({ check, variant, target, perRound, mark }: Cell): FailCount {
  const reason: Reason = mark === 'x' ? 'timeout' : mark === 'r' ? 'refused' : 'name_server_failed'
  const counts = { n: perRound, failed: perRound }
  return { check, ...(variant && { variant }), target, family: 4, ...counts, reason, phase: 'connect' }
}

const parsed = new Map<string, ReadonlyMap<string, string>>()

function marks(text: string | undefined, row: string, column: string): string {
  if (text === undefined) return '.'
  const known = parsed.get(text) ?? parse(text)
  parsed.set(text, known)
  return known.get(`${row} ${column}`) ?? known.get(`* ${column}`) ?? known.get(`${row} *`) ?? known.get('* *') ?? '.'
}

/** `*` as a row or a column stands for all that have none of their own. */
function parse(text: string): ReadonlyMap<string, string> {
  const [head = [], ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  return new Map(
    rows.flatMap(([row = '', ...cells]) => cells.map((mark, i) => [`${row} ${head[i] ?? ''}`, mark] as const)),
  )
}
