import { systemClock } from '../agent/system-clock.ts'
import { createAssembler } from '../aggregator/assemble.ts'
import { createEvaluator, type Evaluator } from '../aggregator/evaluator.ts'
import { createGatherer } from '../aggregator/gather.ts'
import { keepJudging } from '../aggregator/judging.ts'
import { createNews } from '../aggregator/news.ts'
import { packInput } from '../aggregator/packed-input.ts'
import type { Archive, Live } from '../aggregator/sources.ts'
import type { ToldRound } from '../aggregator/told-round.ts'
import { createDiagnosis } from '../diagnosis/diagnosis.ts'
import type { AgentAddress } from '../model/census.ts'
import { checkNames } from '../model/check.ts'
import type { Finding } from '../model/finding.ts'
import { foldMatrices, type Matrix } from '../model/matrix.ts'
import type { Signer } from '../model/pull.ts'
import type { FaultTable } from './fault-table.ts'
import { createTold } from './told.ts'
import { censusWith, nodeNames } from './topology.ts'

/** What all agents of the demo together saw, and what is made of it. */
export interface Watch {
  /** Of the last rounds. */
  matrices(): readonly Matrix[]
  /** All that is open or recovering. */
  findings(): readonly Finding[]
  /** The same and more, as an aggregator serves it. */
  readonly live: Live
  readonly archive: Archive
  /** Calls back when there is something new, until the returned function is called. */
  onNews(listener: () => void): () => void
  /** Rejects when the judging breaks. */
  readonly done: Promise<void>
  close(): Promise<void>
}

export interface Watched {
  readonly signer: Signer
  readonly faults: FaultTable
  readonly addresses: readonly AgentAddress[]
  readonly roundMs: number
  readonly version: string
}

/** Half an hour of rounds; a reader of the page may download them. */
const recorded = { roundsAtMost: 360, bytesAtMost: 64 * 2 ** 20 }
/** How many rounds a matrix shows: fewer flicker, more hide what has just changed. */
const shownRounds = 2
/** What is judged and what is broken change almost together. */
const settleMs = 200

/** Reads the rounds of all agents, and judges and folds each round when it is over. */
export function watchRounds({ signer, faults, addresses, roundMs, version }: Watched): Watch {
  const { onNews, tell } = createNews()
  const stopping = new AbortController()
  const assembler = createAssembler<ToldRound>(roundMs / 1000)
  const evaluator = createEvaluator({
    diagnosis: createDiagnosis(),
    recorded,
    history: undefined,
    wallMs: systemClock.wallMs,
  })
  const told = createTold({ roundSeconds: roundMs / 1000, agents: addresses.length, version })
  const news = batched(settleMs, tell)
  const { add: onRound, unread: onUnread } = assembler
  const gatherer = createGatherer({ signer, clock: systemClock, onRound, onUnread })
  // Nobody hears from a node that is off: its row becomes unknown.
  const follow = () => gatherer.follow(addresses.filter(({ node }) => !faults.isOff(node)))
  const unfollow = faults.onChange(() => {
    follow()
    news.note()
  })
  follow()
  const judging = keepJudging(
    {
      assembler,
      census: () => censusWith(addresses, faults.isOff),
      // A mesh of twelve is judged within milliseconds: a thread of its own would be idle.
      judge: { observe: async (input) => evaluator.observe(packInput(input)) },
      clock: systemClock,
      roundMs,
      onJudged(judged) {
        told.note(judged)
        news.note()
      },
    },
    stopping.signal,
  )
  return {
    matrices: () => matricesOf(evaluator, faults.isOff),
    findings: told.live.findings,
    live: told.live,
    archive: evaluator.archive,
    done: judging,
    onNews,
    async close() {
      stopping.abort()
      unfollow()
      news.stop()
      await Promise.all([judging.catch(() => undefined), gatherer.close()])
    },
  }
}

function matricesOf(evaluator: Evaluator, isOff: FaultTable['isOff']): readonly Matrix[] {
  const inputs = evaluator.inputs(shownRounds)
  const newest = inputs.at(-1)?.round ?? 0
  const rounds = inputs.flatMap((input) => input.rounds)
  const shown = rounds.filter(({ node, round }) => round > newest - shownRounds && !isOff(node))
  return foldMatrices(shown, nodeNames).toSorted(inOrder)
}

/** As the table of checks has them, so that nothing changes its place on the page. */
function inOrder(a: Matrix, b: Matrix): number {
  const byCheck = checkNames.indexOf(a.check) - checkNames.indexOf(b.check)
  return byCheck === 0 ? (b.variant ?? '').localeCompare(a.variant ?? '') : byCheck
}

/** Calls `act` once for all notes of `ms`. */
function batched(ms: number, act: () => void) {
  let timer: NodeJS.Timeout | undefined
  const run = () => {
    timer = undefined
    act()
  }
  return {
    note: () => {
      timer ??= setTimeout(run, ms)
    },
    stop: () => clearTimeout(timer),
  }
}
