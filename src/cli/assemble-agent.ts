import type { AgentParts, RoundReporter } from '../agent/agent.ts'
import { throttledPeriods } from '../agent/cgroup.ts'
import { discardReasons } from '../agent/observer.ts'
import { createReaders } from '../agent/readers.ts'
import { openAgentServer } from '../agent/server.ts'
import type { ApiRequest } from '../kubernetes/api-client.ts'
import type { Clock } from '../model/clock.ts'
import type { Discovery } from '../model/peer.ts'
import type { Self } from '../model/probe.ts'
import { isPullToken, roundsPath } from '../model/pull.ts'
import type { Pace } from '../model/schedule.ts'
import type { Keyring } from '../probes/keyring.ts'
import { openResponder } from '../probes/responder.ts'
import type { Transport } from '../probes/transport.ts'
import { createMetrics } from '../report/metrics.ts'
import { openAgentLoopback } from './agent-loopback.ts'
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
  /** Where rounds are read without a key, on the loopback; nowhere when absent. */
  readonly local?: { readonly port: number; readonly log: (line: string) => void }
  /** Made with a listener for its requests, which become metrics. */
  readonly discovery: (hears: { onRequest(request: ApiRequest): void }) => Discovery
  /** Another way to tell rounds that nobody reads, made with when somebody last did; none when absent. */
  readonly reporter?: (knows: { askedMs(): number | undefined }) => RoundReporter
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
  const readers = createReaders(clock)
  const { reporter, ...rest } = setup
  return {
    ...rest,
    ...(reporter && { reporter: reporter({ askedMs: readers.lastMs }) }),
    discovery: learningOwnZone(setup.discovery({ onRequest }), self),
    probes,
    observer: metrics,
    throttledPeriods,
    openResponder: (answers) => openResponder({ ...setup.listen, transport, keyring, ...answers }),
    async openServer(serves) {
      const server = await openAgentServer({ ...setup.metrics, ...serves, metrics: metrics.text, mayRead, readers })
      if (setup.local === undefined) return server
      const local = await openAgentLoopback({
        ...{ ...setup.local, ...serves, metrics: metrics.text },
        // Who reads by hand is no aggregator.
        readers: createReaders(clock),
      })
      return { port: server.port, close: async () => void (await Promise.all([server.close(), local.close()])) }
    },
  }
}
