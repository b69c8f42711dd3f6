import type { AgentParts } from '../agent/agent.ts'
import { throttledPeriods } from '../agent/cgroup.ts'
import { discardReasons } from '../agent/observer.ts'
import { openAgentServer } from '../agent/server.ts'
import type { ApiRequest } from '../discovery/api-client.ts'
import type { Clock } from '../model/clock.ts'
import type { Discovery } from '../model/peer.ts'
import type { Self } from '../model/probe.ts'
import { isPullToken, roundsPath } from '../model/pull.ts'
import type { Pace } from '../model/schedule.ts'
import type { Keyring } from '../probes/keyring.ts'
import { openResponder } from '../probes/responder.ts'
import type { Transport } from '../probes/transport.ts'
import { createMetrics } from '../report/metrics.ts'
import { type CheckValues, configureProbes } from './configure-probes.ts'
import { learningOwnZone } from './own-zone.ts'

export interface AgentSetup {
  readonly self: Self
  readonly pace: Pace
  readonly warmupMs: number
  readonly drainMs: number
  readonly checks: CheckValues
  readonly listen: Place
  readonly metrics: Place
  /** Made with a listener for its requests, which become metrics. */
  readonly discovery: (hears: { onRequest(request: ApiRequest): void }) => Discovery
  readonly transport: Transport
  readonly keyring: Keyring
  readonly clock: Clock
  readonly build: { readonly version: string; readonly revision: string }
}

interface Place {
  /** Empty is every address. */
  readonly addresses: readonly string[]
  readonly port: number
}

/** Joins the rooms into one agent. The demo makes its twelve by this too, so that they are real ones. */
export function assembleAgent(setup: AgentSetup): AgentParts {
  const { self, transport, keyring, clock } = setup
  const tools = { transport, keyring, self, wallMs: clock.wallMs }
  const probes = configureProbes(setup.checks, tools).flatMap(({ probe }) => probe ?? [])
  const metrics = createMetrics({
    self,
    discardReasons: Object.keys(discardReasons),
    dualStack: new Set(self.podIps.map((ip) => ip.includes(':'))).size > 1,
    build: setup.build,
  })
  const mayRead = (token: string) => isPullToken(keyring, token, roundsPath, self.podUid, clock.wallMs())
  const onRequest = ({ verb, code }: ApiRequest) => metrics.discoveryRequest(verb, String(code), clock.wallMs())
  return {
    ...setup,
    discovery: learningOwnZone(setup.discovery({ onRequest }), self),
    probes,
    observer: metrics,
    throttledPeriods,
    openResponder: (answers) => openResponder({ ...setup.listen, transport, keyring, ...answers }),
    openServer: (serves) => openAgentServer({ ...setup.metrics, ...serves, metrics: metrics.text, mayRead }),
  }
}
