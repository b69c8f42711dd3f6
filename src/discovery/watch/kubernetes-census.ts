import { isDeepStrictEqual } from 'node:util'
import { type FollowDeps, follow, type WatchRequest } from '../../kubernetes/follow.ts'
import type { Census, CensusSource } from '../../model/census.ts'
import { namespaceOf, serverAddress } from '../given.ts'
import type { KubernetesDeps } from '../kubernetes.ts'
import type { CensusValues } from './census-fields.ts'
import { censusOf, type Known, type SeenReplicas, seenAfter } from './census-of.ts'
import { createLatch, type Latch } from './latch.ts'
import { createMirror, type Mirror } from './mirror.ts'
import { type Topics, topicsOf } from './topics.ts'
import { createCensusTeller } from './troubles.ts'

/** Who waits for a list that does not come waits so long, then goes on with what there is. */
const firstWithinMs = 10_000
const betweenMs = 500

export interface CensusDeps extends Omit<KubernetesDeps, 'resolve' | 'onRequest'> {
  readonly onRequest: (request: WatchRequest) => void
}

/**
 * Knows what the API server says of nodes, agents' pods and shared targets, by one list and then a watch of each.
 * Everything it knew stays through any outage. Throws a RangeError when nothing says where the API server is.
 */
export function kubernetesCensus(values: CensusValues, deps: CensusDeps): CensusSource {
  const { tokenFile, caFile, timeout: timeoutMs, watchTime: watchMs } = values
  const server = { ...deps, ...serverAddress(values, deps.env), tokenFile, caFile, timeoutMs }
  return {
    async *watch(signal) {
      const namespace = await namespaceOf(values, deps.readFile)
      if (signal.aborted) return
      const news = createLatch()
      const mirrors = mirrorsOf(topicsOf(values, namespace), news.raise)
      const stop = new AbortController()
      const end = () => stop.abort(signal.reason)
      signal.addEventListener('abort', end, { once: true })
      const tell = createCensusTeller(deps.log)
      const following = followAll(mirrors, { ...deps, server, watchMs, tell }, stop)
      try {
        yield* censuses(mirrors, news, { ...deps, roundsPort: values.roundsPort }, stop.signal)
      } catch (error) {
        if (!signal.aborted) throw error
      } finally {
        signal.removeEventListener('abort', end)
        stop.abort()
        await following
      }
    },
  }
}

type Mirrors = { readonly [Name in keyof Topics]: MirrorOf<Topics[Name]> }
type MirrorOf<T> = T extends { read(object: unknown): infer Kept } ? Mirror<Kept> : undefined

function mirrorsOf({ nodes, pods, api, dns, ingress }: Topics, onChange: () => void): Mirrors {
  return {
    nodes: createMirror(nodes, onChange),
    pods: createMirror(pods, onChange),
    api: createMirror(api, onChange),
    dns: dns && createMirror(dns, onChange),
    ingress: ingress && createMirror(ingress, onChange),
  }
}

function all(mirrors: Mirrors): readonly Mirror<unknown>[] {
  return Object.values<Mirror<unknown> | undefined>(mirrors).filter((mirror) => mirror !== undefined)
}

/** Resolves when all have ended; an error that nobody expected ends the others too. */
async function followAll(mirrors: Mirrors, deps: FollowDeps, stop: AbortController): Promise<void> {
  await Promise.all(
    all(mirrors).map((mirror) => follow(mirror, deps, stop.signal).catch((error: unknown) => stop.abort(error))),
  )
}

async function* censuses(
  mirrors: Mirrors,
  news: Latch,
  { clock, roundsPort }: Pick<CensusDeps, 'clock'> & { readonly roundsPort: number },
  signal: AbortSignal,
): AsyncGenerator<Census> {
  let seen: SeenReplicas = { dns: [], ingress: [] }
  let shown: Census | undefined
  await firstLists(mirrors, news, clock, signal)
  for (;;) {
    const atMs = clock.monotonicMs()
    const known = knownBy(mirrors)
    seen = seenAfter(known, seen)
    const census = censusOf(known, seen, roundsPort)
    if (!isDeepStrictEqual(census, shown)) {
      shown = census
      yield census
    }
    await news.pass(signal)
    await clock.sleep(Math.max(0, atMs + betweenMs - clock.monotonicMs()), signal)
  }
}

async function firstLists(mirrors: Mirrors, news: Latch, clock: CensusDeps['clock'], signal: AbortSignal) {
  let late = false
  const whenLate = () => {
    late = true
    news.raise()
  }
  clock.sleep(firstWithinMs, signal).then(whenLate, () => {})
  while (!late && !all(mirrors).every(({ isWhole }) => isWhole())) await news.pass(signal)
}

function knownBy({ nodes, pods, api, dns, ingress }: Mirrors): Known {
  return {
    nodes: nodes.isWhole() ? nodes.items() : undefined,
    pods: [...pods.items().values()],
    api: [...api.items().values()].flat(),
    dns: [...(dns?.items().values() ?? [])].flat(),
    ingress: [...(ingress?.items().values() ?? [])].flat(),
  }
}
