import type { Check, Variant } from './check.ts'
import type { Reason } from './failure.ts'
import type { Finding } from './finding.ts'
import { roundsKept } from './round.ts'

/** Where an aggregator answers, all by GET; `docs/api.md`, and `/openapi.json` of each aggregator. */
export const apiPaths = {
  findings: '/api/v1/findings',
  matrix: '/api/v1/matrix',
  nodes: '/api/v1/nodes',
  /** Followed by `/{source}/{target}`. */
  pairs: '/api/v1/pairs',
  /** Followed by `/{id}` for one finding. */
  history: '/api/v1/history',
  rounds: '/api/v1/rounds',
  events: '/api/v1/events',
  openapi: '/openapi.json',
} as const

/** Who answers, and how much of the cluster it hears. Times are ISO 8601, UTC. */
export interface Standing {
  readonly cluster: string
  /** The aggregator that answers. */
  readonly replica: string
  /** The one that writes to Kubernetes; absent when there is none, or it is not known. */
  readonly leader?: string
  readonly version: string
  /** The last round that was judged, and when; absent before the first. */
  readonly round?: number
  readonly judgedAt?: string
  readonly roundSeconds: number
  readonly nodes: number
  readonly agents: number
  /** Agents whose last round arrived. */
  readonly heard: number
  /** What hinders it, in sentences: a full disk, an API server that refuses. */
  readonly troubles: readonly string[]
}

/** All that is open or recovering. */
export interface FindingsAnswer {
  readonly standing: Standing
  readonly findings: readonly Finding[]
  readonly next?: string
}

export const matrixLevels = ['node', 'zone', 'target'] as const
/** `node`: node × node; `zone`: zone × zone; `target`: node × shared target (DNS replicas, services, API endpoints). */
export type MatrixLevel = (typeof matrixLevels)[number]

export interface MatrixQuery {
  readonly level: MatrixLevel
  /** All of the level when absent. */
  readonly check?: Check
  /** Unix milliseconds; now when absent. What is older than the kept rounds comes from history, minute by minute. */
  readonly atMs?: number
  /** Rounds that are folded, 1 to `windowRounds.atMost`. */
  readonly window: number
  /** Rows of one answer; it may have fewer, then it has `next`. As many as it may have when absent. */
  readonly limit?: number
  /** `next` of the page before: the last row that it had. */
  readonly after?: string
}

export const windowRounds = { usual: 3, atMost: roundsKept } as const

export interface MatrixAnswer {
  readonly level: MatrixLevel
  /** End of the newest round in it; absent when nothing is known of that time. */
  readonly at?: string
  /** Rounds that were folded; 0 for a snapshot of history. */
  readonly window: number
  readonly matrices: readonly MatrixTable[]
  readonly next?: string
}

/** Of one check. A pair without a cell is unknown, which is not green. */
export interface MatrixTable {
  readonly check: Check
  readonly variant?: Variant
  /** Those who ask. */
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  readonly cells: readonly MatrixCell[]
}

export interface MatrixCell {
  readonly source: string
  readonly target: string
  readonly attempts: number
  readonly failures: number
  readonly reasons: Readonly<Partial<Record<Reason, number>>>
  /** Milliseconds, of single pairs only. */
  readonly p50Ms?: number
  readonly p99Ms?: number
  /** Since the end of the last round that said anything. */
  readonly ageSeconds: number
}

/** What is known of every node. */
export interface NodesAnswer {
  readonly standing: Standing
  readonly nodes: readonly NodeAnswer[]
  readonly next?: string
}

export interface NodeAnswer {
  readonly node: string
  readonly zone: string
  readonly cordoned: boolean
  /** Whether its agent was heard in the last judged round; `none` when no agent runs there. */
  readonly agent: 'heard' | 'silent' | 'none'
  /** Over the last rounds: probes of others to it, and its own to everything. */
  readonly to: Count
  readonly from: Count
  /** Ids of the findings that name it. */
  readonly findings: readonly string[]
}

export interface Count {
  readonly attempts: number
  readonly failures: number
}

/** Everything between two nodes, or a node and a shared target, both ways, over the last rounds. */
export interface PairAnswer {
  readonly standing: Standing
  readonly source: string
  readonly target: string
  readonly paths: readonly PairPath[]
  /** Those that name either end. */
  readonly findings: readonly Finding[]
}

export interface PairPath extends MatrixCell {
  readonly check: Check
  readonly variant?: Variant
}

export interface HistoryQuery {
  readonly fromMs: number
  readonly toMs: number
  readonly limit: number
  /** `next` of the page before. */
  readonly before?: string
}

/** Findings that were open at some time between, newest first. */
export interface HistoryAnswer {
  readonly findings: readonly PastFinding[]
  /** Where the history begins: of what was before nothing is known. Absent while nothing is kept. */
  readonly keptFrom?: string
  readonly next?: string
}

export interface PastFinding {
  readonly openedAt: string
  readonly closedAt?: string
  readonly finding: Finding
}

/** All that was said of one finding, oldest first. */
export interface ToldAnswer {
  readonly id: string
  readonly told: readonly { readonly at: string; readonly finding: Finding }[]
}

/** Answered instead with every status of 400 and above. */
export interface ErrorAnswer {
  readonly error: string
}
