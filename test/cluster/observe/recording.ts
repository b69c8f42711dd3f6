import type { PullLine, RecordingLine, ViewLine } from '../../../src/model/recording.ts'
import type { Round } from '../../../src/model/round.ts'
import type { LabFault } from '../faults/fault.ts'
import { isUnheard } from '../faults/reach.ts'
import type { Place, Scene } from '../faults/scene.ts'
import { apiPort } from '../lab/plan.ts'

export interface Recorded {
  readonly fault: LabFault
  readonly target: string
  readonly scene: Scene
  /** Before the fault, which may have replaced pods. */
  readonly before: Scene
  readonly rounds: readonly Round[]
  /** The fault was there from the first to before the second, in milliseconds since the epoch. */
  readonly heldMs: readonly [number, number]
}

/**
 * What an aggregator in a pod would have got of a fault, as the lines of a recording: the tests read agents over links
 * that no fault touches, so rounds that could not have reached it are left out, and said to have failed.
 */
export function recordingOf({ fault, target, scene, before, rounds, heldMs }: Recorded): readonly RecordingLine[] {
  const reader = readerOf(scene, target)
  const isCut = (agent: Place) => isUnheard([{ fault, target }], scene, reader, agent)
  const cut = new Set(scene.agents.filter(isCut).map(({ host }) => host))
  const numbers = [...new Set(rounds.map(({ round }) => round))].sort((a, b) => a - b)
  const [first = 0] = numbers
  const { viewHash = '' } = rounds[0] ?? {}
  const changed = scene === before ? undefined : numbers.find((number) => isAfter(rounds, number, heldMs[0]))
  return [
    viewOf(before, first, viewHash),
    ...numbers.flatMap((number): readonly RecordingLine[] => {
      const views = number === changed ? [viewOf(scene, number, viewHash)] : []
      const all = rounds.filter(({ round }) => round === number)
      const startMs = number * 1000 * (all[0]?.roundSeconds ?? 10)
      const lost = startMs >= heldMs[0] && startMs < heldMs[1] ? cut : new Set<string>()
      return [...views, ...all.filter(({ node }) => !lost.has(node)), pullOf(number, all.length, lost)]
    }),
  ]
}

function isAfter(rounds: readonly Round[], number: number, ms: number): boolean {
  return rounds.some(({ round, roundSeconds }) => round === number && round * roundSeconds * 1000 > ms)
}

/** The pod of an agent that is not what the fault is about, if there is one. */
function readerOf({ agents }: Scene, target: string): Place {
  const names = target.split(/[:,]/)
  const [chosen] = [...agents.filter(({ host, zone }) => !names.includes(host) && !names.includes(zone)), ...agents]
  if (chosen === undefined) throw new Error('there are no agents')
  return chosen
}

function viewOf({ agents, dns, ingress, plan }: Scene, round: number, viewHash: string): ViewLine {
  const nodes = agents.map(({ host, zone, uid = '' }) => ({
    node: host,
    zone,
    podUid: uid,
    ready: true,
    cordoned: false,
  }))
  const pods = (check: 'dns_replica' | 'ingress_replica', places: readonly Place[]) =>
    places.map(({ pod, ip, host }) => ({ check, name: pod ?? ip, node: host }))
  const servers = plan.apiServers.map(({ ips }) => ({
    check: 'apiserver_endpoint' as const,
    name: `${ips[0]}:${apiPort}`,
  }))
  const replicas = [...pods('dns_replica', dns), ...pods('ingress_replica', ingress), ...servers]
  return { kind: 'view', round, viewHash, nodes, replicas }
}

function pullOf(round: number, tried: number, lost: ReadonlySet<string>): PullLine {
  return { kind: 'pull', round, tried, failed: [...lost].map((node) => ({ node, reason: 'timeout' })) }
}
