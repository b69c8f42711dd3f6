import type { Standing } from '../model/api.ts'
import type { Census, CensusSource } from '../model/census.ts'
import type { Clock } from '../model/clock.ts'
import type { Reason } from '../model/failure.ts'
import type { Signer } from '../model/pull.ts'
import type { EventLine } from '../model/recording.ts'
import { roundsKept } from '../model/round.ts'
import { createAssembler } from './assemble.ts'
import { createGatherer } from './gather.ts'
import { type Judge, type Judged, keepJudging } from './judging.ts'
import { createNews } from './news.ts'
import type { Live } from './sources.ts'
import type { ToldRound } from './told-round.ts'

export interface AggregatorParts {
  readonly source: CensusSource
  readonly signer: Signer
  readonly clock: Clock
  readonly roundMs: number
  readonly judge: Judge<ToldRound>
  /** Who we are. */
  readonly self: Pick<Standing, 'cluster' | 'replica' | 'version'>
  /** Who writes to Kubernetes, when that is known. */
  readonly leader: () => string | undefined
  /** What hinders us, in sentences. */
  readonly troubles: () => readonly string[]
  /** Called after every round that was judged, before those who listen to the news. */
  readonly onJudged?: (judged: Judged<ToldRound>) => void
  readonly onUnread?: (node: string, reason: Reason) => void
}

export interface Aggregator extends Live {
  census(): Census
  /** What an agent that cannot be read told in another way. */
  hear(event: EventLine): void
  /** What an agent told could not be read after all. */
  unread(node: string, reason: Reason): void
  /** What hinders it from being asked, in a sentence; undefined when nothing does. */
  hindered(): string | undefined
  /** Rejects when a part of it breaks. */
  readonly done: Promise<void>
  /** Resolves when no connection is left. */
  close(): Promise<void>
}

/** So many rounds of agents are read of the past, in all: of a large mesh fewer of each, or they would fill the memory. */
const pastInAll = 8_000
/** Who waits for the first round to be judged waits so long: in an outage it is asked all the same. */
const readyWithinMs = 30_000
const nobody: Census = { viewHash: '', nodes: [], replicas: [], agents: [] }

/** Follows the cluster, pulls what its agents saw, and has it judged round by round: the data flow of an aggregator. */
export function startAggregator(parts: AggregatorParts): Aggregator {
  const { source, signer, clock, judge, roundMs } = parts
  const stopping = new AbortController()
  const assembler = createAssembler<ToldRound>(roundMs / 1000)
  const news = createNews()
  const startedMs = clock.monotonicMs()
  let census = nobody
  let judged: Judged<ToldRound> | undefined
  let judgedAtMs = 0

  const onUnread = (node: string, reason: Reason) => {
    assembler.unread(node, reason)
    parts.onUnread?.(node, reason)
  }
  const gatherer = createGatherer({
    ...{ signer, clock, onRound: assembler.add, onUnread },
    pastRounds: () => Math.max(1, Math.min(roundsKept, Math.floor(pastInAll / census.agents.length))),
  })

  const { promise: peopled, resolve: nowPeopled } = Promise.withResolvers<void>()
  async function follow(): Promise<void> {
    for await (const known of source.watch(stopping.signal)) {
      census = known
      gatherer.follow(known.agents)
      if (known.agents.length > 0) nowPeopled()
    }
    // A watch that ends ends with us.
    nowPeopled()
  }

  async function judging(): Promise<void> {
    await peopled
    const onJudged = (one: Judged<ToldRound>) => {
      if (!one.input.isPast) {
        judged = one
        judgedAtMs = clock.wallMs()
      }
      parts.onJudged?.(one)
      if (!one.input.isPast) news.tell()
    }
    await keepJudging({ assembler, census: () => census, judge, clock, roundMs, onJudged }, stopping.signal)
  }

  const done = Promise.all([follow(), judging()]).then(() => undefined)
  done.catch(() => stopping.abort())

  return {
    standing: () => standingOf(parts, census, judged, judgedAtMs),
    findings: () => (judged?.findings ?? []).filter(({ state }) => state !== 'closed'),
    onNews: news.onNews,
    census: () => census,
    hear: assembler.hear,
    unread: onUnread,
    hindered() {
      if (judged !== undefined || clock.monotonicMs() - startedMs >= readyWithinMs) return undefined
      return 'no round has been judged yet'
    },
    done,
    async close() {
      stopping.abort()
      await Promise.all([done.catch(() => undefined), gatherer.close()])
    },
  }
}

function standingOf(
  { self, leader, troubles, roundMs }: AggregatorParts,
  census: Census,
  judged: Judged<ToldRound> | undefined,
  judgedAtMs: number,
): Standing {
  const writes = leader()
  const unknown = census.agents.length === 0 ? ['no agent is known yet'] : []
  return {
    ...self,
    ...(writes !== undefined && { leader: writes }),
    ...(judged && { round: judged.input.round, judgedAt: new Date(judgedAtMs).toISOString() }),
    roundSeconds: roundMs / 1000,
    nodes: census.nodes.length,
    agents: census.agents.length,
    heard: judged?.input.heard ?? 0,
    troubles: [...unknown, ...troubles()],
  }
}
