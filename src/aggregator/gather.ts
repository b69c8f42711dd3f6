import pLimit from 'p-limit'

import type { AgentAddress } from '../model/census.ts'
import type { Clock } from '../model/clock.ts'
import type { Reason } from '../model/failure.ts'
import type { Signer } from '../model/pull.ts'
import { createPuller, type Puller } from './pull.ts'
import { pullReason } from './pull-reason.ts'
import { createShelf } from './shelf.ts'
import type { ToldRound } from './told-round.ts'

const firstWaitMs = 500
const longestWaitMs = 10_000
/** Between two answers of one agent: it has a round every five seconds at most. */
const paceMs = 500
/** Connections that begin at once, and for how long one of them counts: a dead agent holds nobody up. */
const beginningAtMost = 64
const beginningMs = 100

export interface GathererParts {
  readonly signer: Signer
  readonly clock: Clock
  /** Called for every round that arrives, once. */
  readonly onRound: (round: ToldRound) => void
  /** Called for every attempt to read an agent that failed, and for every answer in which a line could not be read. */
  readonly onUnread?: (node: string, reason: Reason) => void
  /** How many rounds of the past are read of an agent of which none is known, 1 to 24. */
  readonly pastRounds?: () => number
}

export interface Gatherer {
  /** Pulls from exactly these agents from now on. */
  follow(agents: readonly AgentAddress[]): void
  /** Resolves when no connection is left. */
  close(): Promise<void>
}

interface Followed {
  readonly stop: AbortController
  readonly done: Promise<void>
}

/** Pulls the rounds of every agent, each by a loop of its own: one that is silent delays no other. */
export function createGatherer({ signer, clock, onRound, onUnread, pastRounds }: GathererParts): Gatherer {
  const followed = new Map<string, Followed>()
  const begin = pLimit(beginningAtMost)
  const shelf = createShelf()

  async function keepPulling(agent: AgentAddress, signal: AbortSignal): Promise<void> {
    const puller = createPuller(agent, {
      signer,
      wallMs: clock.wallMs,
      shelf,
      ...(pastRounds && { atMost: pastRounds() }),
    })
    let waitMs = firstWaitMs
    while (!signal.aborted) {
      const askedMs = clock.monotonicMs()
      const reason = await pulled(puller, signal).catch((error: unknown) => pullReason(error))
      if (signal.aborted) break
      if (reason !== undefined) onUnread?.(agent.node, reason)
      // It keeps its rounds, so nothing is lost by waiting.
      const pauseMs = reason === undefined ? Math.max(0, askedMs + paceMs - clock.monotonicMs()) : waitMs
      if (pauseMs > 0) await clock.sleep(pauseMs, signal).catch(() => undefined)
      waitMs = reason === undefined ? firstWaitMs : Math.min(longestWaitMs, waitMs * 2)
    }
    puller.close()
  }

  /** Why a part of the answer could not be read. */
  async function pulled(puller: Puller, signal: AbortSignal): Promise<Reason | undefined> {
    if (!puller.isOpen()) await opened(puller, signal)
    const { rounds, trouble } = await puller.pull(signal)
    for (const round of rounds) onRound(round)
    return trouble?.reason
  }

  async function opened(puller: Puller, signal: AbortSignal): Promise<void> {
    const { opening } = await begin(async () => {
      const opening = puller.open(signal)
      await Promise.race([opening.catch(() => undefined), clock.sleep(beginningMs, signal).catch(() => undefined)])
      return { opening }
    })
    return opening
  }

  function start(agent: AgentAddress): Followed {
    const stop = new AbortController()
    return { stop, done: keepPulling(agent, stop.signal) }
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
