import { systemClock } from '../agent/system-clock.ts'
import { createGatherer } from '../aggregator/gather.ts'
import type { AgentAddress } from '../aggregator/pull.ts'
import { checkNames } from '../model/check.ts'
import { foldMatrices, type Matrix } from '../model/matrix.ts'
import type { Signer } from '../model/pull.ts'
import type { Pace } from '../model/schedule.ts'
import { createKeyring } from '../probes/keyring.ts'
import { type DemoAgentsParts, startAgents } from './agents.ts'
import { turnCanary } from './canary.ts'
import { createAnnouncer } from './discovery.ts'
import type { FaultTable } from './fault-table.ts'
import { createNetwork } from './network.ts'
import { openServices } from './services/open-services.ts'
import { nodeNames, surroundingsWith } from './topology.ts'

export interface WorldParts extends Pick<DemoAgentsParts, 'assemble' | 'checks' | 'build'> {
  readonly pace: Pace
  readonly canaryMs: number
  readonly seed: string
}

/** A running demo: its cluster, its agents, and what they see. */
export interface DemoWorld {
  readonly faults: FaultTable
  /** What all agents together saw in the last rounds. */
  matrices(): readonly Matrix[]
  /** Calls back when `matrices()` has something new, until the returned function is called. */
  onNews(listener: () => void): () => void
  /** Rejects when a part of it breaks. */
  readonly done: Promise<void>
  /** Resolves when nothing of it is left. */
  close(): Promise<void>
}

/** How many rounds a matrix shows: fewer flicker, more hide what has just changed. */
const shownRounds = 2
/** Rounds of twelve agents arrive almost together. */
const settleMs = 200

export async function openWorld(parts: WorldParts): Promise<DemoWorld> {
  const stopping = new AbortController()
  const network = await createNetwork(parts.seed)
  const { faults, proxies } = network
  const closeServices = await openServices(network)
  const announcer = createAnnouncer(surroundingsWith([]))
  const turning = turnCanary(
    { clock: systemClock, everyMs: parts.canaryMs },
    (generations) => {
      proxies.setCanary(generations.at(-1)?.nodes ?? [])
      announcer.announce(surroundingsWith(generations))
    },
    stopping.signal,
  )
  const keyring = createKeyring([])
  const starting = startAgents({ ...parts, network, discovery: announcer, keyring }, stopping.signal)
  const { addresses, done } = await starting.catch(async (error) => {
    stopping.abort()
    await closeServices()
    throw error
  })
  const view = watchRounds({ signer: keyring, faults, addresses })
  return {
    ...view,
    faults,
    done,
    async close() {
      stopping.abort()
      proxies.close()
      await view.close()
      await Promise.all([done.catch(() => undefined), turning])
      await closeServices()
    },
  }
}

interface Watched {
  readonly signer: Signer
  readonly faults: FaultTable
  readonly addresses: readonly AgentAddress[]
}

/** Reads the rounds of all agents and folds them, as often as something new has come. */
function watchRounds({ signer, faults, addresses }: Watched): Pick<DemoWorld, 'matrices' | 'onNews' | 'close'> {
  const listeners = new Set<() => void>()
  const news = batched(settleMs, () => {
    for (const listener of listeners) listener()
  })
  const gatherer = createGatherer({ signer, clock: systemClock, onRound: news.note })
  // Nobody hears from a node that is off: its row becomes unknown.
  const follow = () => gatherer.follow(addresses.filter(({ node }) => !faults.isOff(node)))
  const unfollow = faults.onChange(() => {
    follow()
    news.note()
  })
  follow()
  return {
    matrices: () => foldMatrices(gatherer.rounds(shownRounds), nodeNames).toSorted(inOrder),
    onNews(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      unfollow()
      news.stop()
      await gatherer.close()
    },
  }
}

/** As the table of checks has them, so that nothing changes its place on the page. */
function inOrder(a: Matrix, b: Matrix): number {
  const byCheck = checkNames.indexOf(a.check) - checkNames.indexOf(b.check)
  return byCheck === 0 ? (b.variant ?? '').localeCompare(a.variant ?? '') : byCheck
}

/** Calls `act` once for all notes of `ms`. */
function batched(ms: number, act: () => void) {
  let timer: NodeJS.Timeout | undefined
  const run = () => {
    timer = undefined
    act()
  }
  return {
    note: () => {
      timer ??= setTimeout(run, ms)
    },
    stop: () => clearTimeout(timer),
  }
}
