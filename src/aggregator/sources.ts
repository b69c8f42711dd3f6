import type {
  HistoryAnswer,
  HistoryQuery,
  MatrixAnswer,
  MatrixQuery,
  NodeAnswer,
  PairPath,
  Standing,
  ToldAnswer,
} from '../model/api.ts'
import type { Finding } from '../model/finding.ts'

/** What is known at this moment, answered at once. */
export interface Live {
  standing(): Standing
  /** All that is open or recovering. */
  findings(): readonly Finding[]
  /** Calls back after every round that was judged, until the returned function is called. */
  onNews(listener: () => void): () => void
}

/** What is kept of the last rounds and of the days before. Answers may wait for a round that is being judged. */
export interface Archive {
  matrix(query: MatrixQuery): Promise<MatrixAnswer>
  nodes(): Promise<readonly NodeAnswer[]>
  /** Both ways; undefined when one of the names is none of the cluster's. */
  pair(source: string, target: string): Promise<readonly PairPath[] | undefined>
  /** Rejects with a RangeError for a cursor that no page told. */
  history(query: HistoryQuery): Promise<HistoryAnswer>
  /** Undefined when no finding had that id. */
  told(id: string): Promise<ToldAnswer | undefined>
  /** The recording of the last rounds, as `docs/rounds.md` has it, gzipped. */
  rounds(): Promise<Uint8Array>
}
