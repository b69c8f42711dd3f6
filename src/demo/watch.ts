import { systemClock } from '../agent/system-clock.ts'
import { createAssembler } from '../aggregator/assemble.ts'
import { createGatherer } from '../aggregator/gather.ts'
import { type Judged, keepJudging } from '../aggregator/judging.ts'
import { createRecording, type Recording } from '../aggregator/recording.ts'
import { createDiagnosis } from '../diagnosis/diagnosis.ts'
import type { AgentAddress, Census } from '../model/census.ts'
import { checkNames } from '../model/check.ts'
import type { Finding } from '../model/finding.ts'
import { foldMatrices, type Matrix } from '../model/matrix.ts'
import type { Signer } from '../model/pull.ts'
import type { FaultTable } from './fault-table.ts'
import { censusWith, nodeNames } from './topology.ts'

/** What all agents of the demo together saw, and what is made of it. */
export interface Watch {
  /** Of the last rounds. */
  matrices(): readonly Matrix[]
  /** All that is open or recovering. */
  findings(): readonly Finding[]
  /** All that was judged lately, to be judged again elsewhere. */
  readonly recording: Recording
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
}

/** Half an hour of rounds; a reader of the page may download them. */
const recorded = { roundsAtMost: 360, bytesAtMost: 64 * 2 ** 20 }
/** How many rounds a matrix shows: fewer flicker, more hide what has just changed. */
const shownRounds = 2
/** Rounds of twelve agents arrive almost together. */
const settleMs = 200

/** Reads the rounds of all agents, folds them as often as something new has come, and judges each round when it is over. */
export function watchRounds({ signer, faults, addresses, roundMs }: Watched): Watch {
  const listeners = new Set<() => void>()
  const stopping = new AbortController()
  const diagnosis = createDiagnosis()
  const assembler = createAssembler()
  const recording = createRecording(recorded)
  let findings: readonly Finding[] = []
  const news = batched(settleMs, () => {
    for (const listener of listeners) listener()
  })
  const gatherer = createGatherer({
    ...{ signer, clock: systemClock, onUnread: assembler.unread },
    onRound(round) {
      assembler.add(round)
      news.note()
    },
  })
  // Nobody hears from a node that is off: its row becomes unknown.
  const follow = () => gatherer.follow(addresses.filter(({ node }) => !faults.isOff(node)))
  const unfollow = faults.onChange(() => {
    follow()
    news.note()
  })
  follow()
  const census = (): Census => censusWith(addresses, faults.isOff)
  // A mesh of twelve is judged within milliseconds: a thread of its own would be idle.
  const judge = { observe: async (input: Parameters<typeof diagnosis.observe>[0]) => diagnosis.observe(input) }
  const onJudged = ({ input, findings: told }: Judged) => {
    recording.add(input)
    findings = told
    news.note()
  }
  const judging = keepJudging({ assembler, census, judge, clock: systemClock, roundMs, onJudged }, stopping.signal)
  return {
    matrices: () => foldMatrices(gatherer.rounds(shownRounds), nodeNames).toSorted(inOrder),
    findings: () => findings,
    recording,
    done: judging,
    onNews(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      stopping.abort()
      unfollow()
      news.stop()
      await Promise.all([judging.catch(() => undefined), gatherer.close()])
    },
  }
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
