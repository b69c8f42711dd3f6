import { type Api, type ApiServer, openApi } from '../kubernetes/api-client.ts'
import { ApiError, isPassing, onlyApiError } from '../kubernetes/api-error.ts'
import { retryDelay } from '../kubernetes/retry.ts'
import { createTeller } from '../kubernetes/teller.ts'
import type { Clock } from '../model/clock.ts'
import type { Finding } from '../model/finding.ts'
import { createBell } from './bell.ts'
import { createBucket } from './bucket.ts'
import { createFindingBook } from './changes.ts'
import { summaryOf } from './event-object.ts'
import { eventNamespace, involvedIn } from './involved.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { type Sending, sendChange, sendEvent } from './send-event.ts'
import { toldAlready } from './told-already.ts'

const burst = 25
const everyMs = 5000
const idleMs = 60_000
const retryWithinMs = 30_000

export interface EventsParts extends Sending {
  readonly server: ApiServer
  /** Where Events of ours may be beside our own namespace and `default`: those of DNS and ingress replicas. */
  readonly namespaces: readonly string[]
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly log: (line: string) => void
}

export interface FindingEvents {
  /** All findings that a round tells, also while another replica leads: ours may be the next. */
  observe(findings: readonly Finding[]): void
  /** What a round of before the start would have told, at its end: it is known then, and no news. */
  recall(findings: readonly Finding[], wallMs: number): void
  /** Writes while we lead, until `signal` aborts. No outage of the API server makes it reject. */
  run(signal: AbortSignal): Promise<void>
}

/**
 * Tells findings as Events of the objects that they are about: when one opens, is refined, closes, opens again. Whoever
 * begins to lead reads first what has been told, and goes on from there.
 */
export function createFindingEvents(parts: EventsParts): FindingEvents {
  const { clock, leading, random, server, teller, home } = parts
  const book = createFindingBook()
  const bell = createBell(clock)
  const bucket = createBucket(burst, everyMs)
  const trouble = createTroubles(parts)
  /** Only while we lead, without a break. */
  let outbox: Outbox | undefined
  let breaks = 0
  let failures = 0

  /** What is to be told is to be found out anew. */
  function beginAnew(): void {
    outbox = undefined
    breaks += 1
  }

  function leaderChanged(): void {
    if (!leading.isLeader()) beginAnew()
    bell.ring()
  }

  /** What has been told, and on top what of our own findings has not. */
  async function begin(api: Api): Promise<Outbox | undefined> {
    const before = breaks
    const fresh = createOutbox()
    const concerned = book.standing().map(({ finding }) => eventNamespace(involvedIn(finding.entity, home)))
    for (const namespace of new Set([teller.namespace, 'default', ...parts.namespaces, ...concerned])) {
      const refused = (error: ApiError) => trouble.unread(namespace, error)
      for (const telling of await toldAlready(api, namespace, { teller, refused })) fresh.ledger.note(telling)
    }
    // What came meanwhile is in the book too.
    fresh.add(book.standing())
    return breaks === before ? fresh : undefined
  }

  /** One step; how long to wait then. */
  async function step(api: Api): Promise<number> {
    if (!leading.isLeader()) return idleMs
    outbox ??= await begin(api)
    const own = outbox
    const next = own?.first()
    if (own === undefined || next === undefined || !leading.isLeader()) return own === undefined ? everyMs : idleMs
    if (!bucket.take(clock.monotonicMs())) return bucket.nextInMs(clock.monotonicMs())
    try {
      if (typeof next === 'number') await sendEvent(api, summaryOf(next, home, teller, clock.wallMs()))
      else await sendChange(api, next, parts)
    } catch (error) {
      if (!(error instanceof ApiError) || isPassing(error)) throw error
      // It would be refused again.
      trouble.refused(error)
      own.done(next)
      return everyMs
    }
    own.done(next)
    trouble.over()
    return 0
  }

  function pauseAfter(error: ApiError | undefined): number {
    failures = error === undefined ? 0 : failures + 1
    if (error === undefined) return 0
    trouble.passing(error)
    return retryDelay({ failures, intervalMs: retryWithinMs, retryAfterMs: error.retryAfterMs }, random)
  }

  return {
    observe(findings) {
      const changes = book.observe(findings, clock.wallMs())
      if (leading.isLeader()) outbox?.add(changes)
      if (changes.length > 0) bell.ring()
    },
    recall(findings, wallMs) {
      if (book.observe(findings, wallMs).length === 0) return
      beginAnew()
      bell.ring()
    },
    async run(signal) {
      const stopHearing = leading.onChange(leaderChanged)
      const api = openApi(server, signal)
      try {
        while (!signal.aborted) {
          const done = await step(api).catch((error: unknown) => onlyApiError(error, signal))
          if (signal.aborted) return
          const failed = typeof done === 'number' ? undefined : done
          const retryMs = pauseAfter(failed)
          // Nothing that happens here makes an API server come back sooner.
          if (retryMs > 0) await clock.sleep(retryMs, signal).catch(() => undefined)
          else if (typeof done === 'number' && done > 0) await bell.wait(done, signal)
        }
      } finally {
        stopHearing()
        api.close()
      }
    },
  }
}

function createTroubles({ log, teller }: EventsParts) {
  const tell = createTeller(log)
  const say = (subject: string, sentence: string) => tell(new Map([[subject, sentence]]))
  return {
    over: () => say('Events', ''),
    passing({ message }: ApiError) {
      say('Events', `Could not write Events, so findings are told later (${message})`)
    },
    unread(namespace: string, { message }: ApiError) {
      const then = 'so when the leader changes some may be told twice; grant it there in a Role'
      say(`Events of ${namespace}`, `May not list events in namespace ${namespace}, ${then} (${message})`)
    },
    refused({ message }: ApiError) {
      const where = `in namespace ${teller.namespace}, and those of what findings are about`
      say('Events that are refused', `May not create events ${where}, so not all findings are told there (${message})`)
    },
  }
}
