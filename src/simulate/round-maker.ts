import { epochRounds } from '../model/peer-choice.ts'
import type { ProbedPeer, Round } from '../model/round.ts'
import { roundSeconds, type SharedRow, sharedAgenda } from './agenda.ts'
import { createArrivals } from './arrivals.ts'
import { askAll } from './asking.ts'
import { calmIn } from './calm.ts'
import type { Cluster } from './cluster.ts'
import { createDesk, type Desk } from './desk.ts'
import type { Latencies } from './latencies.ts'
import { agentState, type Life } from './life.ts'
import { createSite } from './make-site.ts'
import type { Members } from './members.ts'
import type { Circle } from './mesh.ts'
import { createMoment } from './moment.ts'
import type { Noise } from './noise.ts'
import type { Random } from './random.ts'
import type { Site } from './site.ts'
import type { Stage } from './stage.ts'
import { createSuspicion } from './suspicion.ts'
import { mostPlanesFail, okRows, type Tally } from './tally.ts'
import { health } from './weather.ts'
import { createWire } from './wire.ts'

export interface RoundMakerParts {
  readonly cluster: Cluster
  readonly random: Random
  readonly noise: Noise
  readonly life: Life
  readonly members: Members
  readonly stage: Stage
  readonly latencies: Latencies
}

export interface RoundMaker {
  /** Lets every agent ask through one round, and hands over what each of them writes down. */
  run(round: number, index: number, write: (node: number, round: Round) => void): Site
}

interface Made {
  readonly agenda: readonly SharedRow[]
  readonly node: number
  readonly circle: Circle
  readonly tally: Tally
  readonly viewHash: string
}

const endOfRound = 0.999

export function createRoundMaker(parts: RoundMakerParts): RoundMaker {
  const { cluster, life, members, stage, latencies } = parts
  const arrivals = createArrivals(cluster.hosts)
  const suspicion = createSuspicion(parts.random)
  const desks = new Map<number, { readonly bootId: string; readonly desk: Desk; seq: number }>()
  const agendas = new Map<number, readonly SharedRow[]>()
  const moment = createMoment(stage)
  const wire = createWire(cluster, parts.random, parts.noise.packetLoss, moment.weather)

  function deskOf(node: number) {
    const known = desks.get(node)
    const bootId = life.bootId(node)
    const own =
      known?.bootId === bootId
        ? known
        : { bootId, desk: createDesk(), seq: known === undefined ? 500 + (node % 99) : 0 }
    desks.set(node, own)
    return own
  }

  function agendaFor(nodes: number): readonly SharedRow[] {
    const agenda = agendas.get(nodes) ?? sharedAgenda(cluster, nodes)
    agendas.set(nodes, agenda)
    return agenda
  }

  function hashOf(node: number, round: number, index: number): string {
    return `${members.versionOf(node, index)}-${life.viewHash(node, round)}`
  }

  function written(
    { node, agenda, circle, tally, viewHash }: Made,
    round: number,
    hashes: ReadonlyMap<number, string>,
  ): Round {
    const { bootId, seq } = deskOf(node)
    const nameOf = (other: number) => cluster.nodes[other] ?? ''
    const receiver = {
      predecessors: circle.predecessors,
      viewHash,
      seq,
      nameOf,
      hashOf: (other: number) => hashes.get(other),
    }
    const starvedScore = suspicion.judge(node, starvationOf(node), mostPlanesFail(tally))
    return {
      ...{
        kind: 'round',
        round,
        bootId,
        seq,
        node: nameOf(node),
        zone: cluster.zones[cluster.zoneOf[node] ?? 0] ?? '',
      },
      ...{ podUid: life.podUid(node), viewHash, roundSeconds, starvedScore, draining: false },
      ok: okRows(tally, cluster.zones, (probe, target) => sharedName(agenda, probe, target)),
      ...{ stable: tally.stable, fails: tally.fails, received: arrivals.take(node, receiver) },
      ...(seq === 0 || round % epochRounds === 0 ? { peers: probedBy(circle, node, nameOf) } : {}),
    }
  }

  function starvationOf(node: number): number {
    return Math.max(life.starvedOf(node), stage.after().starved[node] ?? 0)
  }

  return {
    run(round, index, write) {
      const present = members.present(index)
      const site = createSite(parts, { round, present, moment, wire })
      const calm = calmIn(cluster, life, [stage.before(), stage.after()])
      const epoch = Math.floor(round / epochRounds)
      const made: Made[] = []
      const hashes = new Map<number, string>()
      arrivals.roundBegins()
      for (const node of present) {
        const runs = agentState(life, stage.after(), node, endOfRound) === health.well
        const circle = members.circleOf(node, index, epoch)
        if (!runs && agentState(life, stage.before(), node, 0) !== health.well) {
          arrivals.silent(node)
          continue
        }
        const { desk } = deskOf(node)
        const missed = (target: number) => arrivals.missed(node, target)
        const agenda = agendaFor(present.length)
        const { set: setMoment } = moment
        const tally = askAll(site, {
          node,
          circle,
          desk,
          agenda,
          calm,
          latencies,
          setMoment,
          isExcused: life.isExcused,
          missed,
        })
        const viewHash = hashOf(node, round, index)
        hashes.set(node, viewHash)
        if (runs) made.push({ node, agenda, circle, tally, viewHash })
      }
      moment.set(endOfRound)
      for (const one of made) {
        write(one.node, written(one, round, hashes))
        deskOf(one.node).seq += 1
      }
      return site
    },
  }
}

function sharedName(agenda: readonly SharedRow[], probe: number, target: number): string {
  return agenda.find((row) => row.probe === probe && row.target === target)?.name ?? ''
}

/** As agents tell it, once an epoch. */
function probedBy(circle: Circle, node: number, nameOf: (node: number) => string): readonly ProbedPeer[] {
  const of = new Map<number, Set<ProbedPeer['checks'][number]>>()
  const add = (peer: number, checks: ProbedPeer['checks']) => {
    const known = of.get(peer) ?? new Set()
    of.set(peer, known)
    for (const check of checks) known.add(check)
  }
  for (const peer of [...circle.stable, ...circle.passing]) add(peer, ['peer_http', 'peer_tcp', 'peer_udp', 'peer_mtu'])
  for (const peer of circle.hosts) add(peer, ['host_tcp'])
  for (const peer of [node, ...circle.nodePorts]) add(peer, ['nodeport'])
  add(node, ['peer_http'])
  return [...of].map(([peer, checks]) => ({ node: nameOf(peer), checks: [...checks].sort() }))
}
