import { systemClock } from '../agent/system-clock.ts'
import type { Pace } from '../model/schedule.ts'
import { createKeyring } from '../probes/keyring.ts'
import { type DemoAgentsParts, startAgents } from './agents.ts'
import { turnCanary } from './canary.ts'
import { createAnnouncer } from './discovery.ts'
import type { FaultTable } from './fault-table.ts'
import { createNetwork } from './network.ts'
import { openServices } from './services/open-services.ts'
import { surroundingsWith } from './topology.ts'
import { type Watch, watchRounds } from './watch.ts'

export interface WorldParts extends Pick<DemoAgentsParts, 'assemble' | 'checks' | 'build'> {
  readonly pace: Pace
  readonly canaryMs: number
  readonly seed: string
}

/** A running demo: its cluster, its agents, and what they see. */
export interface DemoWorld extends Watch {
  readonly faults: FaultTable
  /** Rejects when a part of it breaks. */
  readonly done: Promise<void>
  /** Resolves when nothing of it is left. */
  close(): Promise<void>
}

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
  const view = watchRounds({
    signer: keyring,
    faults,
    addresses,
    roundMs: parts.pace.roundMs,
    version: parts.build.version,
  })
  return {
    ...view,
    faults,
    done: Promise.all([done, view.done]).then(() => undefined),
    async close() {
      stopping.abort()
      proxies.close()
      await view.close()
      await Promise.all([done.catch(() => undefined), turning])
      await closeServices()
    },
  }
}
