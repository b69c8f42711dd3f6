import type {
  FindingsAnswer,
  HistoryAnswer,
  MatrixAnswer,
  MatrixQuery,
  NodesAnswer,
  PairAnswer,
  ToldAnswer,
} from '../../model/api.ts'

/** Who can tell about a living mesh: an aggregator, or this process from the agents' rounds. All lists are whole. */
export interface Mesh {
  findings(): Promise<FindingsAnswer>
  matrix(query: Omit<MatrixQuery, 'window'>): Promise<MatrixAnswer>
  nodes(): Promise<NodesAnswer>
  /** Undefined when one of the names is none of the cluster's. */
  pair(source: string, target: string): Promise<PairAnswer | undefined>
  /** The newest `limit`, and whether there are more. */
  history(sinceMs: number, limit: number): Promise<HistoryAnswer>
  /** Undefined when no finding had that id. */
  told(id: string): Promise<ToldAnswer | undefined>
  /** The clock of who tells, Unix milliseconds: ours may be wrong. */
  nowMs(): number
}
