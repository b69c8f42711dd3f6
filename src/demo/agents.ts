import { randomBytes } from 'node:crypto'

import { type AgentParts, runAgent } from '../agent/agent.ts'
import { systemClock } from '../agent/system-clock.ts'
import type { AgentSetup } from '../cli/assemble-agent.ts'
import type { AgentAddress } from '../model/census.ts'
import type { Discovery } from '../model/peer.ts'
import type { Pace } from '../model/schedule.ts'
import type { Keyring } from '../probes/keyring.ts'
import { openResponder } from '../probes/responder.ts'
import { openNear } from './directory.ts'
import type { Network } from './network.ts'
import { agents, hosts, type Place, podUidOn } from './topology.ts'

/** The name of the demo's cluster. */
const cluster = 'demo'

export interface DemoAgentsParts {
  readonly network: Network
  readonly discovery: Discovery
  readonly keyring: Keyring
  readonly pace: Pace
  readonly checks: AgentSetup['checks']
  readonly build: AgentSetup['build']
  /** Joins the rooms into one agent, as for production. */
  readonly assemble: (setup: AgentSetup) => AgentParts
}

export interface DemoAgents {
  /** Where their rounds are read. */
  readonly addresses: readonly AgentAddress[]
  /** Resolves when all have ended; rejects when one breaks. */
  readonly done: Promise<void>
}

/** Starts one real agent a node; they stop when `signal` aborts. */
export async function startAgents(parts: DemoAgentsParts, signal: AbortSignal): Promise<DemoAgents> {
  const started = await Promise.all(agents.map((place, index) => startAgent(parts, place, hosts[index], signal)))
  return {
    addresses: started.map(({ address }) => address),
    done: Promise.all(started.map(({ done }) => done)).then(() => undefined),
  }
}

async function startAgent(parts: DemoAgentsParts, place: Place, host: Place | undefined, signal: AbortSignal) {
  const { network, keyring } = parts
  const { node, zone } = place
  const ip = network.directory.realIp(place)
  const podUid = podUidOn(node)
  const agent = parts.assemble({
    ...parts,
    self: {
      cluster,
      node,
      zone,
      podUid,
      bootId: randomBytes(6).toString('hex'),
      podIps: [place.ip],
      hostIp: host?.ip ?? '',
    },
    // The demo's network is good when it starts, and nobody waits for its end.
    warmupMs: 0,
    drainMs: 0,
    listen: { addresses: [ip], port: place.port },
    metrics: { addresses: [ip], port: 0 },
    discovery: () => parts.discovery,
    transport: network.transportAt(place),
    keyring,
    clock: systemClock,
  })
  const { promise: serving, resolve: servesOn } = Promise.withResolvers<number>()
  const done = runAgent(publishing(agent, parts, place, servesOn), signal)
  const port = await Promise.race([serving, done.then(() => 0)])
  return { done, address: { node, podUid, host: ip, port } }
}

/** The same agent; the others learn on which ports it really listens. */
function publishing(
  agent: AgentParts,
  { network, keyring }: DemoAgentsParts,
  place: Place,
  serves: Serving,
): AgentParts {
  const { directory } = network
  const transport = network.transportAt(place)
  return {
    ...agent,
    async openResponder(answers) {
      const responder = await openNear(directory, place, (ip, port) =>
        openResponder({ addresses: [ip], port, transport, keyring, ...answers }),
      )
      directory.publish('tcp', place, responder.port)
      directory.publish('udp', place, responder.port)
      return responder
    },
    async openServer(served) {
      const server = await agent.openServer(served)
      serves(server.port)
      return server
    },
  }
}

type Serving = (port: number) => void
