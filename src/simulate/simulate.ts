import { spread } from '../model/hash.ts'
import { epochRounds } from '../model/peer-choice.ts'
import type { RoundInput } from '../model/recording.ts'
import { roundSeconds } from './agenda.ts'
import { type Cluster, createCluster } from './cluster.ts'
import { createLatencies } from './latencies.ts'
import { createLife } from './life.ts'
import { createMembers } from './members.ts'
import { type Noise, type NoiseLevel, noiseLevels } from './noise.ts'
import { createRandom, type Random } from './random.ts'
import { createReports } from './reports.ts'
import { createRoundMaker } from './round-maker.ts'
import { isHappening, type Plan, type Scenario, type Scene, type Truth } from './scenario.ts'
import { createStage } from './stage.ts'
import { viewLine } from './view-line.ts'

export interface SimulateOptions {
  readonly nodes: number
  readonly zones: number
  /** How many nodes each zone has; uneven by chance when absent. */
  readonly sizes?: readonly number[]
  readonly scenario: Scenario
  readonly noise: NoiseLevel | Noise
  readonly seed: number
  /** Instead of the scenario's own length: rounds in which something happens. */
  readonly during?: number
}

/** One round of a simulated cluster, and what is really broken in it. */
export interface SimulatedRound {
  readonly input: RoundInput
  /** From 0. */
  readonly index: number
  readonly truths: readonly ActiveTruth[]
  /** Nodes whose agents really get too little CPU: to say so is no mistake. */
  readonly starved: readonly string[]
  readonly nodes: number
}

export interface ActiveTruth extends Truth {
  /** Which of the scenario's causes. */
  readonly cause: number
  /** When it began, in rounds of this run; it may begin in the middle of one. */
  readonly since: number
  readonly isOn: boolean
}

const defaultQuiet = 8
const defaultDuring = 14
const healedRounds = 10
const firstRound = 179_500_000
/** After its last faulty round a fault still explains what windows remember of it. */
const remembered = 1000

export function* simulate(options: SimulateOptions): Generator<SimulatedRound> {
  const { seed, scenario } = options
  const sizes = scenario.sizes?.(options.nodes, options.zones) ?? options.sizes
  const cluster = createCluster({ ...options, ...(sizes && { sizes }) })
  const random = createRandom(seed * 104_729 + spread(scenario.name, 2 ** 20))
  const noise = typeof options.noise === 'string' ? noiseLevels[options.noise] : options.noise
  const plan = scenario.plan(sceneOf(cluster, random))
  const quiet = plan.quiet ?? defaultQuiet
  const during = options.during ?? plan.during ?? defaultDuring
  const life = createLife(cluster, random, noise)
  const members = createMembers(cluster, plan, quiet)
  const stage = createStage(cluster, plan, { quiet, during, random })
  const latencies = createLatencies(cluster, random)
  const maker = createRoundMaker({ cluster, random, noise, life, members, stage, latencies, plan })
  const reports = createReports(plan.aggregators ?? aggregatorsOf(cluster, random), random)
  const first = firstRound + random.below(1000) * epochRounds + random.below(epochRounds)
  for (let index = 0; index < quiet + during + healedRounds; index++) {
    const round = first + index
    const present = members.present(index)
    life.roundBegins(round, present)
    stage.roundBegins(life, index, round)
    const site = maker.run(round, index, reports.add)
    if (plan.isUnread?.(index - quiet)) continue
    const isBehind = (node: number) => stage.after().behind[node] === 1
    const collected = reports.collect(site, round, { nodes: present, loss: noise.reportLoss, isBehind })
    const view = viewLine({ cluster, life, stage, present, round, podless: plan.podless ?? [] })
    yield {
      input: { round, roundSeconds, view, ...collected },
      ...{ index, nodes: present.length, truths: truthsOf(plan, { index, quiet, during, offset: stage.offset }) },
      starved: present.filter((node) => starvedOf(node)).map((node) => cluster.nodes[node] ?? ''),
    }
  }

  function starvedOf(node: number): boolean {
    return life.starvedOf(node) > 0 || (stage.after().starved[node] ?? 0) > 0
  }
}

interface When {
  readonly index: number
  readonly quiet: number
  readonly during: number
  readonly offset: number
}

function truthsOf({ happenings }: Plan, { index, quiet, during, offset }: When): readonly ActiveTruth[] {
  return happenings.flatMap((happening, cause) => {
    const { from = 0, to = during, truth } = happening
    if (truth === undefined || index < quiet + from || index > quiet + to + remembered) return []
    const isOn = isHappening(happening, index - quiet, during)
    return [{ ...truth, cause, since: quiet + from + offset, isOn }]
  })
}

function sceneOf(cluster: Cluster, random: Random): Scene {
  const mesh = () => createMembers(cluster, {}, 0)
  return {
    ...{ cluster, random, plainNodes: plainNodesOf(cluster) },
    stablePeersOf: (node) => mesh().circleOf(node, 0, 0).stable,
  }
}

function plainNodesOf({ nodes, dns, ingress, api }: Cluster): readonly number[] {
  const used = new Set([...dns, ...ingress, ...api].map(({ host }) => host))
  const plain = nodes.map((_, node) => node).filter((node) => !used.has(node))
  return plain.length > 0 ? plain : nodes.map((_, node) => node)
}

/** On different nodes, and in different zones where there are any. */
function aggregatorsOf({ nodes, zoneOf }: Cluster, random: Random): readonly [number, number] {
  const first = random.below(nodes.length)
  const others = nodes.map((_, node) => node).filter((node) => node !== first)
  const elsewhere = others.filter((node) => zoneOf[node] !== zoneOf[first])
  return [first, random.pick(elsewhere.length > 0 ? elsewhere : others)]
}
