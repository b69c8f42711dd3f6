import type { Test } from 'tap'

import { type CensusValues, censusFields } from '../../../src/discovery/watch/census-fields.ts'
import { type CensusDeps, kubernetesCensus } from '../../../src/discovery/watch/kubernetes-census.ts'
import type { WatchRequest } from '../../../src/kubernetes/follow.ts'
import type { Census } from '../../../src/model/census.ts'
import type { Clock } from '../../../src/model/clock.ts'
import { until } from '../../support/until.ts'
import { defaults } from '../watching.ts'
import { type SmallCluster, startSmallCluster } from './small-cluster.ts'

export interface Following {
  readonly seen: readonly Census[]
  /** When each was seen, in ms of the clock. */
  readonly seenMs: readonly number[]
  readonly lines: readonly string[]
  readonly counted: readonly WatchRequest[]
  /** How long everybody slept so far, in ms of the clock. */
  readonly slept: readonly number[]
  latest(): Census
  /** Waits until the latest census is as wanted. */
  shows(isIt: (census: Census) => boolean): Promise<void>
  stop(): Promise<void>
  /** Walks away from the next census that is told; resolves when that is done. */
  leave(): Promise<void>
}

export interface Taking extends Following {
  readonly cluster: SmallCluster
  /** What the token file holds from now on. */
  rotate(token: string): void
}

export interface TakingOptions {
  readonly values?: Partial<CensusValues>
  /** Whether the wait for the first lists is shortened as everything else is. */
  readonly impatient?: boolean
  /** What is in the cluster, and what is wrong with it, when the census begins. */
  readonly prepare?: (cluster: SmallCluster) => void
}

/** How much faster than ours the clock of these tests goes. */
export const speed = 20

/** A census of a small cluster, with a clock that goes twenty times as fast as ours. */
export async function takeCensus(t: Test, options: TakingOptions = {}): Promise<Taking> {
  const { values = {}, impatient = false, prepare } = options
  const cluster = await startSmallCluster()
  prepare?.(cluster)
  let token = 'token-1'
  const { port, ca } = cluster.api
  const readFile = async (path: string) => (path.endsWith('token') ? `${token}\n` : ca)
  const clock = createQuickClock(impatient)
  const following = followCensus({ serverHost: '127.0.0.1', serverPort: port, ...values }, readFile, clock)
  t.teardown(async () => {
    await following.stop()
    await cluster.api.close()
  })
  return {
    ...following,
    cluster,
    rotate(next) {
      token = next
    },
  }
}

/** Follows the census of the API server in `values` until it is stopped. */
export function followCensus(
  values: Partial<CensusValues>,
  readFile: CensusDeps['readFile'],
  clock = createQuickClock(false),
): Following {
  const [seen, seenMs, lines, counted]: [Census[], number[], string[], WatchRequest[]] = [[], [], [], []]
  const controller = new AbortController()
  const source = kubernetesCensus(
    { ...censusDefaults(), namespace: 'meshprobe', ...values },
    {
      ...{ clock, random: () => 0.5, readFile, env: {}, userAgent: 'meshprobe/test' },
      log: (line) => lines.push(line),
      onRequest: (request) => counted.push(request),
    },
  )
  let left = false
  const ended = (async () => {
    for await (const census of source.watch(controller.signal)) {
      seen.push(census)
      seenMs.push(clock.monotonicMs())
      if (left) break
    }
  })()
  const latest = () => {
    const last = seen.at(-1)
    if (last === undefined) throw new Error('Expected a census, got none')
    return last
  }
  return {
    ...{ seen, seenMs, lines, counted, slept: clock.slept, latest },
    shows: (isIt) => until(() => seen.length > 0 && isIt(latest()), 20_000),
    async stop() {
      controller.abort(new Error('stopped'))
      await ended
    },
    async leave() {
      left = true
      await ended
    },
  }
}

function censusDefaults(): CensusValues {
  const entries = Object.entries(censusFields).map(([name, { fallback }]) => [name, fallback])
  return { ...defaults(), ...Object.fromEntries(entries) }
}

function createQuickClock(impatient: boolean): Clock & { readonly slept: readonly number[] } {
  const slept: number[] = []
  // A twentieth of it is too short for the lists themselves on a busy machine.
  const fully = (ms: number) => ms === 10_000 && !impatient
  return {
    slept,
    monotonicMs: () => performance.now() * speed,
    wallMs: () => Date.now(),
    sleep(ms, signal) {
      slept.push(ms)
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const end = () => {
          clearTimeout(timer)
          reject(signal.reason)
        }
        const timer = setTimeout(
          () => {
            signal.removeEventListener('abort', end)
            resolve()
          },
          fully(ms) ? ms : ms / speed,
        )
        signal.addEventListener('abort', end, { once: true })
      })
    },
  }
}
