import { hostname } from 'node:os'

import type { RoundReporter } from '../agent/agent.ts'
import { namespaceOf } from '../discovery/given.ts'
import type { Clock } from '../model/clock.ts'
import type { Signer } from '../model/pull.ts'
import { createAgentReporter } from '../publish/agent-report.ts'
import type { ClusterIo } from './cluster-io.ts'
import { serverFor } from './publishing.ts'
import type { Values } from './settings.ts'

export interface ReporterParts extends ClusterIo {
  readonly values: Values
  readonly signer: Signer
  readonly clock: Clock
}

/** An agent that nobody reads tells by an Event of its own pod whom it cannot reach. */
export function reporterFor(parts: ReporterParts, { askedMs }: { askedMs(): number | undefined }): RoundReporter {
  const { values, signer, clock, readFile, log } = parts
  let peers = 0
  const reporter = namespaceOf(values.discovery.kubernetes, readFile).then((namespace) =>
    createAgentReporter({
      server: serverFor(parts, () => {}),
      pod: { namespace, name: values.podName || hostname() },
      ...{ signer, clock, log, askedMs, random: Math.random, peers: () => peers },
    }),
  )
  const refused = (error: unknown) => log(`no Events: ${error instanceof Error ? error.message : String(error)}`)
  reporter.catch(refused)
  return {
    roundEnded(round, of, signal) {
      peers = of
      reporter.then((ready) => ready.roundEnded(round, signal)).catch(() => undefined)
    },
  }
}
