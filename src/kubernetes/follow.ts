import type { Clock } from '../model/clock.ts'
import { type ApiRequest, type ApiServer, withApi } from './api-client.ts'
import { ApiError, isPassing } from './api-error.ts'
import { type Listing, listAll } from './list-all.ts'
import { openWatch } from './open-watch.ts'
import { retryDelay, withJitter } from './retry.ts'
import { pathOf, type Tell, type Topic } from './topic.ts'

/** A watch that lasted so long was a good one, however it ended. */
const goodMs = 5000
/** After a good watch. */
const againMs = 500
const intervalMs = 30_000

/** Who hears what the API server has of one topic. */
export interface Followed {
  readonly topic: Topic
  /** A list of everything, which takes the place of what is known when it is finished. */
  listing(): Listing
  put(object: unknown): void
  drop(object: unknown): void
}

/** One list or watch that was asked for and what came of it, for metrics; a watch counts when it is open or refused. */
export type WatchRequest = Omit<ApiRequest, 'verb'> & { readonly verb: ApiRequest['verb'] | 'watch' }

export interface FollowDeps {
  readonly server: ApiServer
  readonly clock: Clock
  readonly random: () => number
  readonly watchMs: number
  readonly tell: Tell
  readonly onRequest: (request: WatchRequest) => void
}

/** What is known between two turns. */
interface Progress {
  /** From where the next watch goes on; empty: list first. */
  version: string
  /** How many turns in a row came to nothing. */
  failures: number
}

/** One list if need be, one watch, and what came of them. */
interface Turn {
  readonly listed: boolean
  /** How long the watch was open; absent when the server did not agree to it. */
  readonly openMs: number | undefined
  readonly verb: 'list' | 'watch'
  /** Absent when the server ended the watch as it should. */
  readonly error?: ApiError
}

/** Follows a topic until `signal` aborts; rejects with its reason then. */
export async function follow(followed: Followed, deps: FollowDeps, signal: AbortSignal): Promise<never> {
  const { clock, random, tell } = deps
  const progress: Progress = { version: '', failures: 0 }
  for (;;) {
    const { listed, openMs, verb, error } = await takeTurn(followed, progress, deps, signal)
    // Versions expire in any long outage; a fresh one should not.
    const expired = error?.status === 410 && !listed
    // That an open watch breaks is usual: if it means anything, opening the next one fails.
    if (error !== undefined && openMs === undefined && !expired) tell(followed.topic, { verb, error })
    if (error !== undefined && mustListAnew(error)) progress.version = ''
    const good = openMs !== undefined && openMs >= goodMs
    progress.failures = good || expired ? 0 : progress.failures + 1
    await clock.sleep(pauseAfter(error, progress.failures, random), signal)
  }
}

async function takeTurn(followed: Followed, progress: Progress, deps: FollowDeps, signal: AbortSignal): Promise<Turn> {
  const { server, clock, tell, onRequest } = deps
  const { topic } = followed
  const watched = { verb: 'watch', resource: topic.resource } as const
  const listed = progress.version === ''
  let sinceMs: number | undefined
  let verb: Turn['verb'] = 'list'
  const openMs = () => (sinceMs === undefined ? undefined : clock.monotonicMs() - sinceMs)
  const onOpen = () => {
    sinceMs = clock.monotonicMs()
    onRequest({ ...watched, code: 200, ok: true })
    tell(topic, undefined)
  }
  try {
    if (listed) progress.version = await listOnce(followed, server, signal)
    verb = 'watch'
    await watchOnce(followed, progress, { ...deps, onOpen }, signal)
    return { listed, openMs: openMs(), verb }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (!(error instanceof ApiError)) throw error
    if (verb === 'watch' && sinceMs === undefined) onRequest({ ...watched, code: error.status, ok: false })
    return { listed, openMs: openMs(), verb, error }
  }
}

function listOnce({ topic, listing }: Followed, server: ApiServer, signal: AbortSignal): Promise<string> {
  return withApi(server, signal, (api) =>
    listAll((query) => api.get('list', topic.resource, pathOf(topic, query)), listing),
  )
}

async function watchOnce(
  { topic, put, drop }: Followed,
  progress: Progress,
  { server, random, watchMs, onOpen }: FollowDeps & { readonly onOpen: () => void },
  signal: AbortSignal,
): Promise<void> {
  const seconds = Math.ceil(withJitter(watchMs, random) / 1000)
  const path = pathOf(topic, {
    watch: '1',
    allowWatchBookmarks: 'true',
    resourceVersion: progress.version,
    timeoutSeconds: String(seconds),
  })
  const silenceMs = seconds * 1000 + server.timeoutMs
  for await (const { kind, object, version } of openWatch(server, { path, silenceMs, onOpen }, signal)) {
    if (kind === 'put') put(object)
    if (kind === 'drop') drop(object)
    progress.version = version
  }
}

/** What the server no longer has, what it does not understand, and what is too long to be read as an event. */
function mustListAnew({ status, cause }: ApiError): boolean {
  if (cause instanceof RangeError) return true
  return status >= 400 && status < 500 && ![401, 403, 429].includes(status)
}

function pauseAfter(error: ApiError | undefined, failures: number, random: () => number): number {
  if (failures === 0) return withJitter(againMs, random)
  // A right that is missing does not come sooner for being asked more often.
  if (error !== undefined && !isPassing(error)) return withJitter(intervalMs, random)
  return retryDelay({ failures, intervalMs, retryAfterMs: error?.retryAfterMs ?? 0 }, random)
}
