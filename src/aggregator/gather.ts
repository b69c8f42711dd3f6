import type { AgentAddress } from '../model/census.ts'
import type { Clock } from '../model/clock.ts'
import type { Reason } from '../model/failure.ts'
import type { Signer } from '../model/pull.ts'
import { type Round, roundsKept } from '../model/round.ts'
import { createPuller } from './pull.ts'
import { pullReason } from './pull-reason.ts'

const firstWaitMs = 500
const longestWaitMs = 10_000

export interface GathererParts {
  readonly signer: Signer
  readonly clock: Clock
  /** Called for every round that arrives, once. */
  readonly onRound: (round: Round) => void
  /** Called for every attempt to read an agent that failed. */
  readonly onUnread?: (node: string, reason: Reason) => void
}

export interface Gatherer {
  /** Pulls from exactly these agents from now on. */
  follow(agents: readonly AgentAddress[]): void
  /** What arrived of the last `window` rounds, counted from the newest that anybody has: older says nothing any more. */
  rounds(window: number): readonly Round[]
  /** Resolves when no connection is left. */
  close(): Promise<void>
}

interface Followed {
  readonly agent: AgentAddress
  readonly stop: AbortController
  readonly done: Promise<void>
  readonly rounds: Round[]
}

/** Keeps the last rounds of every agent, each pulled by a loop of its own: one that is silent delays no other. */
export function createGatherer({ signer, clock, onRound, onUnread }: GathererParts): Gatherer {
  const followed = new Map<string, Followed>()

  async function keepPulling(agent: AgentAddress, rounds: Round[], signal: AbortSignal): Promise<void> {
    const puller = createPuller(agent, signer, clock.wallMs)
    let waitMs = firstWaitMs
    while (!signal.aborted) {
      try {
        for (const round of await puller.pull(signal)) {
          rounds.push(round)
          if (rounds.length > roundsKept) rounds.shift()
          onRound(round)
        }
        waitMs = firstWaitMs
      } catch (error) {
        if (signal.aborted) break
        onUnread?.(agent.node, pullReason(error))
        // It keeps its rounds, so nothing is lost by waiting.
        await clock.sleep(waitMs, signal).catch(() => undefined)
        waitMs = Math.min(longestWaitMs, waitMs * 2)
      }
    }
    await puller.close()
  }

  function start(agent: AgentAddress): Followed {
    const stop = new AbortController()
    const rounds: Round[] = []
    return { agent, stop, rounds, done: keepPulling(agent, rounds, stop.signal) }
  }

  return {
    follow(agents) {
      const wanted = new Map(agents.map((agent) => [keyOf(agent), agent]))
      for (const [key, { stop }] of followed) {
        if (wanted.has(key)) continue
        stop.abort()
        followed.delete(key)
      }
      for (const [key, agent] of wanted) if (!followed.has(key)) followed.set(key, start(agent))
    },
    rounds(window) {
      const all = [...followed.values()].flatMap(({ rounds }) => rounds)
      const newest = all.reduce((latest, { round }) => Math.max(latest, round), 0)
      return all.filter(({ round }) => round > newest - window)
    },
    async close() {
      const stopping = [...followed.values()]
      for (const { stop } of stopping) stop.abort()
      followed.clear()
      await Promise.all(stopping.map(({ done }) => done))
    },
  }
}

function keyOf({ node, podUid, host, port }: AgentAddress): string {
  return `${node}/${podUid}/${host}:${port}`
}
