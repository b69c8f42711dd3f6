import { createDiagnosis } from '../../src/diagnosis/diagnosis.ts'
import type { Check, IpFamily } from '../../src/model/check.ts'
import type { Finding } from '../../src/model/finding.ts'
import { bucketOf } from '../../src/model/latency.ts'
import type { RoundInput, ViewLine } from '../../src/model/recording.ts'
import type { FailCount, Round, StablePair } from '../../src/model/round.ts'

export interface Way {
  readonly from: string
  readonly to: string
  readonly check: Check
  readonly family: IpFamily
  readonly round: number
  /** Of the flow whose source port stays the same. */
  readonly fixed: boolean
}

/** What an answer takes in ms; infinity when there is none, undefined when nobody asks. */
export type Takes = (way: Way) => number | undefined

export interface Cluster {
  readonly nodes: readonly string[]
  readonly families?: readonly IpFamily[]
  readonly roundSeconds?: number
  /** Nodes that are not there any more. */
  readonly without?: (round: number) => readonly string[]
  readonly round?: (round: Round) => Partial<Round>
}

/** Three zones of three nodes, everybody asks everybody. */
export const nine: Cluster = { nodes: ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9'] }

const first = 1000

/** Runs the engine over answers that take so long, for so many rounds each, and tells what is found after each. */
export function found(
  cluster: Cluster,
  steps: readonly (readonly [rounds: number, takes: Takes])[],
): readonly (readonly Finding[])[] {
  const diagnosis = createDiagnosis()
  let round = first
  return steps.map(([rounds, takes]) => {
    let last: readonly Finding[] = []
    for (let i = 0; i < rounds; i++) last = diagnosis.observe(inputOf(cluster, [round++], takes))
    return last
  })
}

/** The same, when an aggregator that has just begun reads what agents kept before it reads the rest. */
export function foundAfterStart(cluster: Cluster, kept: number, before: Takes, since: Takes): readonly Finding[] {
  const diagnosis = createDiagnosis()
  const old = Array.from({ length: kept }, (_, i) => first + i)
  diagnosis.observe(inputOf(cluster, old, before))
  let last: readonly Finding[] = []
  for (let i = 0; i < 4; i++) last = diagnosis.observe(inputOf(cluster, [first + kept + i], since))
  return last
}

export function words(findings: readonly Finding[] | undefined): readonly string[] {
  return (findings ?? []).map(({ fault, entity }) => `${fault} ${entity.name}`).sort()
}

export function zoneOf(node: string): string {
  return node < 'n4' ? 'a' : node < 'n7' ? 'b' : 'c'
}

function inputOf(cluster: Cluster, numbers: readonly number[], takes: Takes): RoundInput {
  const { roundSeconds = 10 } = cluster
  const round = numbers.at(-1) ?? 0
  const gone = cluster.without?.(round) ?? []
  const nodes = cluster.nodes.filter((node) => !gone.includes(node))
  const rounds = numbers.flatMap((number) => nodes.map((node) => roundOf({ ...cluster, nodes }, node, number, takes)))
  const pull = { kind: 'pull', round, tried: nodes.length, failed: [] } as const
  return { round, roundSeconds, view: viewOf(nodes, round), rounds, pull, events: [] }
}

function viewOf(nodes: readonly string[], round: number): ViewLine {
  return {
    ...{ kind: 'view', round, viewHash: 'v', replicas: [] },
    nodes: nodes.map((node) => ({ node, zone: zoneOf(node), podUid: `uid-${node}`, ready: true, cordoned: false })),
  }
}

function roundOf(
  { nodes, families = [4], roundSeconds = 10, round: change }: Cluster,
  node: string,
  round: number,
  takes: Takes,
) {
  const stable = families.flatMap((family) => nodes.flatMap((to) => pairsOf({ from: node, to, family, round }, takes)))
  const made: Round = {
    ...{ kind: 'round', round, bootId: 'boot', seq: round, node, zone: zoneOf(node), podUid: `uid-${node}` },
    ...{ viewHash: 'v', roundSeconds, starvedScore: 0, draining: false, received: [] },
    ok: families.map((family) => ({ check: 'peer_tcp', zone: zoneOf(node), family, n: 1 })),
    stable,
    fails: stable.filter(({ failed }) => failed > 0).map(failureOf),
  }
  return { ...made, ...change?.(made) }
}

function pairsOf(way: Omit<Way, 'check' | 'fixed'>, takes: Takes): readonly StablePair[] {
  const { to: peer, family } = way
  const pair = (check: Check, n: number, fixed = false): StablePair => {
    const ms = takes({ ...way, check, fixed })
    const about = { peer, check, family, ...(fixed && { variant: 'fixed' as const }) }
    if (ms === undefined) return { ...about, ok: 0, failed: 0, latency: [] }
    if (ms === Number.POSITIVE_INFINITY) return { ...about, ok: 0, failed: n, latency: [] }
    // Of a few answers one is always late.
    const late: StablePair['latency'] = n > 2 ? [[bucketOf(ms * 40), 1]] : []
    return { ...about, ok: n, failed: 0, latency: [[bucketOf(ms), n - late.length], ...late] }
  }
  return [pair('peer_http', 1), pair('peer_tcp', 1), pair('peer_udp', 3), pair('peer_udp', 1, true)]
}

function failureOf({ peer: target, check, family, failed }: StablePair): FailCount {
  return { check, family, target, n: failed, failed, reason: 'timeout', phase: 'connect' }
}
