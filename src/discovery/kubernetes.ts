import { isDeepStrictEqual } from 'node:util'
import { type ApiRequest, type ApiServer, withApi } from '../kubernetes/api-client.ts'
import { retryDelay, withJitter } from '../kubernetes/retry.ts'
import { createTeller } from '../kubernetes/teller.ts'
import type { Clock } from '../model/clock.ts'
import type { Discovery, Surroundings } from '../model/peer.ts'
import { type Facts, namesIn, noFacts, surroundingsOf } from './facts.ts'
import { givenOf, namespaceOf, serverAddress } from './given.ts'
import { hurrySpread, intervalFor } from './interval.ts'
import type { KubernetesValues } from './kubernetes-fields.ts'
import { createNap, type Nap } from './nap.ts'
import { type Polled, poll } from './poll.ts'
import { questionsOf } from './questions.ts'

export interface KubernetesDeps {
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly readFile: (path: string) => Promise<string>
  /** The addresses of a name; empty when there are none. */
  readonly resolve: (name: string, signal: AbortSignal) => Promise<readonly string[]>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly userAgent: string
  readonly log: (line: string) => void
  readonly onRequest: (request: ApiRequest) => void
}

export interface KubernetesDiscovery extends Discovery {
  /**
   * Asks soon instead of at the next turn, at most once a minute: when something stopped answering, it may only have
   * left since we last asked. Does nothing while the API server is in trouble.
   */
  hurry(): void
}

/**
 * Knows what the API server says, asked now and then: a watch in every agent would send every change to every node.
 * Everything it knew stays through any outage.
 */
export function kubernetesDiscovery(values: KubernetesValues, deps: KubernetesDeps): KubernetesDiscovery {
  const { tokenFile, caFile, timeout: timeoutMs } = values
  const server = { ...deps, ...serverAddress(values, deps.env), tokenFile, caFile, timeoutMs }
  const nap = createNap(deps.clock, deps.random)
  let peers = 0
  return {
    hurry: () => nap.hurry(hurrySpread(peers)),
    async *watch(signal) {
      const given = await givenOf(values, deps)
      let shown: Surroundings | undefined
      try {
        for await (const facts of polls(values, { ...deps, server, nap }, signal)) {
          peers = facts.peers.length
          const surroundings = surroundingsOf(facts, given)
          if (isDeepStrictEqual(surroundings, shown)) continue
          shown = surroundings
          yield surroundings
        }
      } catch (error) {
        if (!signal.aborted) throw error
      }
    },
  }
}

interface PollDeps extends KubernetesDeps {
  readonly server: ApiServer
  readonly nap: Nap
}

async function* polls(
  values: KubernetesValues,
  { server, nap, clock, random, readFile, resolve, log }: PollDeps,
  signal: AbortSignal,
): AsyncGenerator<Facts> {
  const questions = questionsOf(values, await namespaceOf(values, readFile))
  const tell = createTeller(log)
  let facts = noFacts
  let failures = 0
  yield facts
  await clock.sleep(values.startDelay * random(), signal)
  for (;;) {
    const known = facts
    const polled = await withApi(server, signal, (api) => poll(api, questions, { known, wallMs: clock.wallMs }))
    tell(polled.troubles)
    facts = { ...polled.facts, named: await addressesOf(polled.facts, (name) => resolve(name, signal)) }
    yield facts
    failures = polled.passing ? failures + 1 : 0
    const ms = pause(values, { facts, polled, failures }, random)
    await (failures === 0 ? nap : clock).sleep(ms, signal)
  }
}

function pause(
  { interval }: KubernetesValues,
  { facts, polled, failures }: { readonly facts: Facts; readonly polled: Polled; readonly failures: number },
  random: () => number,
): number {
  const intervalMs = interval === 'auto' ? intervalFor(facts.peers.length) : interval
  if (failures === 0) return withJitter(intervalMs, random)
  return retryDelay({ failures, intervalMs, retryAfterMs: polled.retryAfterMs }, random)
}

/** Last known addresses stay when a name cannot be resolved: DNS may be what is broken. */
async function addressesOf(
  facts: Facts,
  resolve: (name: string) => Promise<readonly string[]>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const named = new Map<string, readonly string[]>()
  for (const name of namesIn(facts)) {
    const found = await resolve(name)
    named.set(name, found.length > 0 ? found : (facts.named.get(name) ?? []))
  }
  return named
}
