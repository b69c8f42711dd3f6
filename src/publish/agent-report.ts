import { type ApiServer, withApi } from '../kubernetes/api-client.ts'
import { ApiError, isConflict } from '../kubernetes/api-error.ts'
import { createTeller } from '../kubernetes/teller.ts'
import type { Clock } from '../model/clock.ts'
import type { Signer } from '../model/pull.ts'
import type { EventLine } from '../model/recording.ts'
import type { Round } from '../model/round.ts'
import { type AgentPod, agentEvent } from './agent-event.ts'

/** In small clusters an agent writes no more than one Event in so many rounds. */
const roundsBetween = 6
/** All agents together, so that a cut through a large cluster does not bury its API server. */
const eventsPerSecond = 50
/** From this score on the agent's failures are its own. */
const starvedFrom = 2
/** At most so many targets, of different kinds first: eight paths to one node say less than one to each of eight. */
const targetsAtMost = 8

/** What is known when a round has ended. */
export interface ReportScene {
  readonly round: Round
  /** Whether anybody has asked for our rounds within the last round: then it knows all this better. */
  readonly isRead: boolean
  /** The round of the last Event that we wrote; undefined when we wrote none. */
  readonly lastRound: number | undefined
  /** Agents in the mesh. */
  readonly peers: number
}

/** What to write into the cluster's Events; undefined when there is nothing to say, or it is not our turn. */
export function reportDue({ round, isRead, lastRound, peers }: ReportScene): EventLine | undefined {
  const { node, podUid, starvedScore, draining, roundSeconds } = round
  if (isRead || draining || starvedScore >= starvedFrom) return undefined
  const pause = Math.max(roundsBetween, Math.ceil(peers / eventsPerSecond / roundSeconds))
  if (lastRound !== undefined && round.round >= lastRound && round.round - lastRound < pause) return undefined
  const unreachable = worstOf(round)
  return unreachable.length === 0 ? undefined : { kind: 'event', round: round.round, node, podUid, unreachable }
}

/** What fails wholly before what fails in part; one check of each target before the next. Our own loopback is not told. */
function worstOf({ node, fails }: Round): EventLine['unreachable'] {
  const failing = fails.filter(({ target, failed }) => failed > 0 && target !== node)
  const rows = failing.toSorted((a, b) => b.failed / b.n - a.failed / a.n)
  // A check of both IP families, or of several names, is told once.
  const cells = [...new Map(rows.map(({ check, target }) => [`${check} ${target}`, { check, target }])).values()]
  const seen = new Map<string, number>()
  const ranked = cells.map((cell) => {
    const rank = seen.get(cell.target) ?? 0
    seen.set(cell.target, rank + 1)
    return { cell, rank }
  })
  return ranked
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, targetsAtMost)
    .map(({ cell }) => cell)
}

export interface AgentReporterParts {
  readonly server: ApiServer
  readonly pod: AgentPod
  readonly signer: Signer
  /** Agents in the mesh. */
  readonly peers: () => number
  /** When somebody last asked for our rounds, or was waiting for them; monotonic, undefined when nobody did. */
  readonly askedMs: () => number | undefined
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly log: (line: string) => void
}

export interface AgentReporter {
  /** Tells a round that has ended, when nobody reads us and something fails. Resolves when it is told or given up. */
  roundEnded(round: Round, signal: AbortSignal): Promise<void>
}

/** The second way of an agent to be heard: one Event on its own pod, by the API server, over whatever still works. */
export function createAgentReporter(parts: AgentReporterParts): AgentReporter {
  const { server, pod, signer, clock, random } = parts
  const tell = createTeller(parts.log)
  const path = `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/events`
  let lastRound: number | undefined
  let isBusy = false

  function isRead(roundMs: number): boolean {
    const askedMs = parts.askedMs()
    return askedMs !== undefined && clock.monotonicMs() - askedMs < roundMs
  }

  async function write(line: EventLine, roundMs: number, signal: AbortSignal): Promise<void> {
    // Many fail in the same moment. Not longer than the round is still news.
    await clock.sleep(random() * roundMs * 0.3, signal)
    if (isRead(roundMs)) return
    await withApi(server, signal, (api) =>
      api.create('events', path, agentEvent(line, pod, signer, clock.wallMs())),
    ).catch((error: unknown) => {
      if (!isConflict(error)) throw error
    })
    lastRound = line.round
    tell(new Map([['Events', '']]))
  }

  return {
    async roundEnded(round, signal) {
      const roundMs = round.roundSeconds * 1000
      const line = reportDue({ round, isRead: isRead(roundMs), lastRound, peers: parts.peers() })
      if (line === undefined || isBusy) return
      isBusy = true
      try {
        await write(line, roundMs, signal)
      } catch (error) {
        if (signal.aborted) return
        if (!(error instanceof ApiError)) throw error
        // A server that refuses is left alone for as long as one that took it.
        if (error.status !== 0) lastRound = line.round
        tell(new Map([['Events', troubleOf(pod, error)]]))
      } finally {
        isBusy = false
      }
    },
  }
}

function troubleOf({ namespace }: AgentPod, { status, message }: ApiError): string {
  const then = 'so while no aggregator reads this agent nobody hears whom it cannot reach'
  return status === 403
    ? `May not create events in namespace ${namespace}, ${then}; grant it there in a Role (${message})`
    : `Could not create an event in namespace ${namespace}, ${then} (${message})`
}
