import { join } from 'node:path'

import { type Aggregator, startAggregator } from '../aggregator/aggregator.ts'
import type { Archive } from '../aggregator/sources.ts'
import type { CensusSource } from '../model/census.ts'
import type { Clock } from '../model/clock.ts'
import type { Finding } from '../model/finding.ts'
import type { Signer } from '../model/pull.ts'
import { type AggregatorMetrics, createAggregatorMetrics } from '../report/aggregator-metrics.ts'
import type { Build } from './build.ts'
import { createCollector } from './collect-garbage.ts'
import { startEvaluator } from './evaluator-worker.ts'

export interface AggregatorSetup {
  /** Made with a listener for its requests, which become metrics. */
  readonly census: (hears: {
    onRequest(request: { readonly verb: string; readonly code: string | number }): void
  }) => CensusSource
  readonly signer: Signer
  readonly clock: Clock
  readonly roundMs: number
  readonly self: { readonly cluster: string; readonly replica: string }
  readonly build: Build
  readonly history: HistorySetup
  /** Which replica writes to Kubernetes; undefined when nobody does, or it is not known. */
  readonly leader: () => string | undefined
  /** Told of all findings of every round of now, those that closed in it too. */
  readonly onFindings: (findings: readonly Finding[]) => void
  /** The same of rounds of before the start, oldest first; `endMs` is when each ended. */
  readonly onPast: (findings: readonly Finding[], endMs: number) => void
  readonly log: (line: string) => void
}

interface HistorySetup {
  /** Empty keeps none. */
  readonly directory: string
  readonly keepMs: number
  readonly bytesAtMost: number
}

export interface AssembledAggregator {
  readonly aggregator: Aggregator
  readonly archive: Archive
  readonly metrics: AggregatorMetrics
  /** Rejects when a part of it breaks. */
  readonly done: Promise<void>
  close(): Promise<void>
}

/** An hour of a small mesh, minutes of 1,000 nodes; of the largest as many rounds as a matrix is folded of. */
const recorded = { roundsAtMost: 360, bytesAtMost: 12 * 2 ** 20, roundsAtLeast: 3 }

/** Joins the rooms into one aggregator that judges in a thread of its own. */
export function assembleAggregator(setup: AggregatorSetup): AssembledAggregator {
  const { history, clock, roundMs, self, build, leader, log } = setup
  const { directory, ...limits } = history
  const file = directory === '' ? undefined : { file: join(directory, 'history.sqlite'), ...limits }
  const worker = startEvaluator(
    { recorded, history: file },
    { log, onUnread: (node) => aggregator.unread(node, 'bad_reply') },
  )
  const collect = createCollector()
  const metrics = createAggregatorMetrics({
    build,
    kept: worker.kept,
    isLeader: () => leader() === self.replica,
    agents() {
      const { agents: known, heard } = aggregator.standing()
      return { known, heard }
    },
  })
  const aggregator = startAggregator({
    ...setup,
    source: setup.census({ onRequest: ({ verb, code }) => metrics.kubernetesRequest(verb, String(code)) }),
    judge: worker.judge,
    self: { ...self, version: build.version },
    troubles: () => [worker.kept().trouble ?? []].flat(),
    onJudged({ input: { round, isPast }, findings, lateMs }) {
      const endMs = (round + 1) * roundMs
      metrics.judged({ findings, isPast, endMs, tookMs: worker.tookMs(), lateMs })
      if (isPast) setup.onPast(findings, endMs)
      else setup.onFindings(findings)
      collect()
    },
    onUnread: (_node, reason) => metrics.unread(reason),
    clock,
  })
  return {
    aggregator,
    archive: worker.archive,
    metrics,
    done: Promise.race([aggregator.done, worker.done]),
    async close() {
      await aggregator.close()
      await worker.close()
    },
  }
}
