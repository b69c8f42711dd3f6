import type { EventLine, PullLine } from '../model/recording.ts'
import { type Round, roundsKept } from '../model/round.ts'
import { failureOf, fine, type Outcome, outcomes } from './outcome.ts'
import type { Random } from './random.ts'
import type { Site } from './site.ts'
import { connect, exchange, newTalk } from './tcp.ts'
import { health } from './weather.ts'
import { plain, small } from './wire.ts'

/** How rounds get from the agents to an aggregator: pulled, or in part by way of the API server. */
export interface Reports {
  add(node: number, round: Round): void
  /** Pulls everybody. */
  collect(site: Site, round: number, from: Pulling): Collected
}

export interface Pulling {
  readonly nodes: readonly number[]
  /** Of pulls, that fail for no reason of the cluster. */
  readonly loss: number
  /** Agents whose clock is behind: their newest round is not over yet. */
  readonly isBehind: (node: number) => boolean
}

export interface Collected {
  readonly rounds: readonly Round[]
  readonly pull: PullLine
  readonly events: readonly EventLine[]
}

const pullMs = 5000
/** An agent writes no more than one Event in so many rounds, with so many targets in it. */
const eventEvery = 6
const targetsInEvent = 8

/** Two aggregators pull; the one that sees more is believed when the other sees less than half. */
export function createReports(aggregators: readonly [number, number], random: Random): Reports {
  const waiting = new Map<number, Round[]>()
  const unread = new Map<number, number>()
  const told = new Map<number, number>()

  function pullFrom(aggregator: number, site: Site, { nodes, loss }: Pulling): ReadonlyMap<number, Outcome> {
    return new Map(
      nodes.map((node) => [node, random.chance(loss) ? outcomes.noConnection : pullOne(site, aggregator, node)]),
    )
  }

  function speaks(site: Site, node: number, round: number): boolean {
    const silence = unread.get(node) ?? 0
    if (silence < 1 || round - (told.get(node) ?? -eventEvery) < eventEvery) return false
    return site.agentOf(node) === health.well && reachesApi(site, node)
  }

  return {
    add(node, round) {
      const rounds = waiting.get(node) ?? []
      waiting.set(node, rounds)
      // Another boot has forgotten the rounds of the one before.
      if (rounds.length > 0 && rounds[0]?.bootId !== round.bootId) rounds.length = 0
      rounds.push(round)
      if (rounds.length > roundsKept) rounds.shift()
    },

    collect(site, round, pulling) {
      const [first, second] = aggregators
      const ours = pullFrom(first, site, pulling)
      const results = failuresIn(ours) * 2 <= ours.size ? ours : better(ours, pullFrom(second, site, pulling))
      const rounds: Round[] = []
      const failed: PullLine['failed'][number][] = []
      const events: EventLine[] = []
      for (const [node, outcome] of results) {
        const name = site.cluster.nodes[node] ?? ''
        const own = waiting.get(node) ?? []
        if (outcome === fine) {
          unread.set(node, 0)
          rounds.push(...own.splice(0, pulling.isBehind(node) ? own.length - 1 : own.length))
          continue
        }
        failed.push({ node: name, reason: failureOf(outcome).reason })
        if (speaks(site, node, round)) {
          const latest = own.at(-1)
          const unreachable = (latest?.fails ?? [])
            .slice(0, targetsInEvent)
            .map(({ check, target }) => ({ check, target }))
          if (latest !== undefined && unreachable.length > 0) {
            told.set(node, round)
            events.push({ kind: 'event', round, node: name, podUid: latest.podUid, unreachable })
          }
        }
        unread.set(node, (unread.get(node) ?? 0) + 1)
      }
      return { rounds, pull: { kind: 'pull', round, tried: results.size, failed }, events }
    },
  }
}

function failuresIn(results: ReadonlyMap<number, Outcome>): number {
  let failures = 0
  for (const outcome of results.values()) if (outcome !== fine) failures += 1
  return failures
}

function better(a: ReadonlyMap<number, Outcome>, b: ReadonlyMap<number, Outcome>) {
  return failuresIn(b) < failuresIn(a) ? b : a
}

function pullOne(site: Site, aggregator: number, node: number): Outcome {
  const state = site.agentOf(node)
  const talk = newTalk(site.wire, pullMs)
  const ends = { from: aggregator, to: node, packets: small }
  const opened = connect(talk, ends, state)
  return opened === fine ? exchange(talk, ends, outcomes.noAnswer) : opened
}

function reachesApi(site: Site, node: number): boolean {
  return site.cluster.api.some(({ host }, server) => {
    const talk = newTalk(site.wire, pullMs)
    const state = site.weather().api[server] ?? health.well
    return state === health.well && connect(talk, { from: node, to: host, packets: plain }, state) === fine
  })
}
