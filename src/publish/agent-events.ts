import type { ApiServer } from '../kubernetes/api-client.ts'
import { isPassing } from '../kubernetes/api-error.ts'
import { follow, type WatchRequest } from '../kubernetes/follow.ts'
import { createTeller } from '../kubernetes/teller.ts'
import type { Topic } from '../kubernetes/topic.ts'
import type { Clock } from '../model/clock.ts'
import type { Signer } from '../model/pull.ts'
import type { EventLine } from '../model/recording.ts'
import { roundsKept } from '../model/round.ts'
import { agentEventIn, unreachableReason } from './agent-event.ts'

/** A clock may be ahead by so many rounds. */
const aheadAtMost = 2
const watchMs = 240_000
const subject = 'Events of agents'

export interface AgentEventsParts {
  readonly server: ApiServer
  /** Of the agents. */
  readonly namespace: string
  readonly signer: Signer
  readonly roundMs: number
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly log: (line: string) => void
  readonly onRequest: (request: WatchRequest) => void
  /** Called once for each round that an agent tells so, in any order. */
  readonly onEvent: (event: EventLine) => void
}

/**
 * Hears agents that nobody could read by what they wrote into the Events of their namespace, by list and watch, until
 * `signal` aborts; then resolves. What nobody with the mesh key wrote is ignored, and so is what is too old to matter.
 */
export async function followAgentEvents(parts: AgentEventsParts, signal: AbortSignal): Promise<void> {
  const { namespace, signer, roundMs, clock, onEvent } = parts
  const heard = new Map<string, number>()

  function put(object: unknown): void {
    const event = agentEventIn(object, signer)
    if (event === undefined) return
    const { round, podUid } = event
    const present = Math.floor(clock.wallMs() / roundMs)
    if (round <= present - roundsKept || round > present + aheadAtMost) return
    for (const [key, of] of heard) {
      if (of > present - roundsKept) break
      heard.delete(key)
    }
    // A list after an outage shows all of them again.
    const key = `${podUid}|${round}`
    if (heard.has(key)) return
    heard.set(key, round)
    onEvent(event)
  }

  const query = { fieldSelector: `reason=${unreachableReason}` }
  const topic: Topic = { subject, resource: 'events', namespace, query }
  const listing = () => ({ add: put, finish: () => {} })
  const followed = { topic, listing, put, drop: () => {} }
  await follow(followed, { ...parts, watchMs, tell: createTroubles(parts) }, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}

function createTroubles({ log, namespace }: AgentEventsParts) {
  const tell = createTeller(log)
  return (_: Topic, refused: Parameters<Parameters<typeof follow>[1]['tell']>[1]) => {
    if (refused === undefined) return tell(new Map([[subject, '']]))
    const { verb, error } = refused
    const then = `so an agent that cannot be read is not heard (${error.message})`
    const may = isPassing(error) || error.status !== 403 ? 'Could not' : 'May not'
    tell(new Map([[subject, `${may} ${verb} events in namespace ${namespace}, ${then}`]]))
  }
}
