import { epochRounds } from '../model/peer-choice.ts'
import type { Round } from '../model/round.ts'
import { type SharedRow, sharedAgenda } from './agenda.ts'
import { createArrivals } from './arrivals.ts'
import { askAll } from './asking.ts'
import { type Calm, calmIn } from './calm.ts'
import type { Cluster } from './cluster.ts'
import { createDesk, type Desk } from './desk.ts'
import type { Latencies } from './latencies.ts'
import { agentState, type Life } from './life.ts'
import { createSite } from './make-site.ts'
import type { Members } from './members.ts'
import type { Circle } from './mesh.ts'
import { createMoment } from './moment.ts'
import type { Noise } from './noise.ts'
import { type PeerCell, peerCells } from './peer-cells.ts'
import type { Random } from './random.ts'
import type { Plan } from './scenario.ts'
import type { Site } from './site.ts'
import type { Stage } from './stage.ts'
import { createSuspicion } from './suspicion.ts'
import { mostPlanesFail } from './tally.ts'
import { health } from './weather.ts'
import { createWire } from './wire.ts'
import { type Counted, writtenRound } from './written-round.ts'

export interface RoundMakerParts {
  readonly cluster: Cluster
  readonly random: Random
  readonly noise: Noise
  readonly life: Life
  readonly members: Members
  readonly stage: Stage
  readonly latencies: Latencies
  readonly plan: Plan
}

export interface RoundMaker {
  /** Lets every agent ask through one round, and hands over what each of them writes down. */
  run(round: number, index: number, write: (node: number, round: Round) => void): Site
}

interface Boot {
  readonly bootId: string
  readonly desk: Desk
  plan: { readonly circle: Circle; readonly cells: readonly PeerCell[] } | undefined
  seq: number
}

const endOfRound = 0.999
/** Agents that were there from the beginning have run for long. */
const oldSeq = 500

export function createRoundMaker(parts: RoundMakerParts): RoundMaker {
  const { cluster, life, members, stage, latencies, plan } = parts
  const isDual = plan.isDual === true
  const arrivals = createArrivals(cluster.hosts)
  const suspicion = createSuspicion(parts.random)
  const boots = new Map<number, Boot>()
  const agendas = new Map<number, readonly SharedRow[]>()
  const moment = createMoment(stage)
  const wire = createWire(cluster, parts.random, parts.noise.packetLoss, moment.weather)
  const founders = new Set(members.present(0))

  function bootOf(node: number): Boot {
    const known = boots.get(node)
    const bootId = life.bootId(node)
    if (known?.bootId === bootId) return known
    const seq = known === undefined && founders.has(node) ? oldSeq + (node % 99) : 0
    const boot = { bootId, desk: createDesk(), plan: undefined, seq }
    boots.set(node, boot)
    return boot
  }

  function agendaFor(nodes: number): readonly SharedRow[] {
    const agenda = agendas.get(nodes) ?? sharedAgenda(cluster, nodes, isDual)
    agendas.set(nodes, agenda)
    return agenda
  }

  /** Undefined when the agent did not run in any part of the round. */
  function counted(site: Site, calm: Calm, node: number, index: number): Omit<Counted, 'starvedScore'> | undefined {
    const runs = agentState(life, stage.after(), node, endOfRound) === health.well
    if (!runs && agentState(life, stage.before(), node, 0) !== health.well) return undefined
    const circle = members.circleOf(node, index, Math.floor(site.round / epochRounds))
    const agenda = agendaFor(members.present(index).length)
    const boot = bootOf(node)
    const { bootId, desk, seq } = boot
    // The same circle is the same object, for as long as its epoch lasts.
    if (boot.plan?.circle !== circle) boot.plan = { circle, cells: peerCells(cluster, node, circle, isDual) }
    const tally = askAll(site, {
      ...{ node, rank: circle.rank, cells: boot.plan.cells, desk, agenda, calm, latencies, life },
      setMoment: moment.set,
      isOlder: plan.older?.has(node) === true,
      missed: (target, family) => arrivals.missed(node, target, family),
    })
    const viewHash = `${members.versionOf(node, index)}-${life.viewHash(node, site.round)}`
    return { node, runs, circle, tally, viewHash, bootId, seq }
  }

  return {
    run(round, index, write) {
      const present = members.present(index)
      const site = createSite(parts, { round, present, moment, wire })
      const calm = calmIn(cluster, life, [stage.before(), stage.after()])
      arrivals.roundBegins()
      const all = present.flatMap((node) => counted(site, calm, node, index) ?? [])
      const hashes = new Map(all.map(({ node, viewHash }) => [node, viewHash]))
      moment.set(endOfRound)
      for (const one of all) {
        if (!one.runs) continue
        const starved = Math.max(life.starvedOf(one.node), stage.after().starved[one.node] ?? 0)
        const starvedScore = suspicion.judge(one.node, starved, mostPlanesFail(one.tally))
        write(one.node, writtenRound({ cluster, life, arrivals, hashes, isDual, round }, { ...one, starvedScore }))
        bootOf(one.node).seq += 1
      }
      return site
    },
  }
}
