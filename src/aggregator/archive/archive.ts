import { windowRounds } from '../../model/api.ts'
import type { Census } from '../../model/census.ts'
import type { Finding } from '../../model/finding.ts'
import type { RoundInput } from '../../model/recording.ts'
import type { Round } from '../../model/round.ts'
import type { History } from '../history/history.ts'
import type { Archive } from '../sources.ts'
import { lastRow, windowFor } from './bounds.ts'
import { type Fresh, freshRounds } from './fresh-rounds.ts'
import { liveMatrices, thinnedToQuery } from './live-matrices.ts'
import { nodeAnswers, thinnedToCounts } from './node-answers.ts'
import { hasNode, pairPaths, thinnedToPair } from './pair-paths.ts'
import { pastFindings, toldOf } from './past-findings.ts'
import { pastMatrices } from './past-matrices.ts'

export interface ArchiveParts {
  /**
   * The newest `window` judged inputs whose round ended not after `untilMs`, oldest first; none when all that is kept is
   * younger. Asked once for each question: parsing them is most of what an answer costs. `thin` leaves of a round what
   * the answer needs; applied to each as it is parsed, it makes the answer a matter of megabytes. It may be ignored.
   */
  readonly inputs: (window: number, untilMs: number, thin: (round: Round) => Round) => readonly RoundInput[]
  readonly census: () => Census
  readonly history: History | undefined
  /** All that is open or recovering. */
  readonly findings: () => readonly Finding[]
  /** The recording. */
  readonly gzipped: () => Uint8Array
  readonly wallMs: () => number
}

/** Folds what was judged lately, and what history has kept, into the answers of the API. */
export function createArchive({ inputs, census, history, findings, gzipped, wallMs }: ArchiveParts): Archive {
  const latest = (wanted: number, askedMs: number, thin: (round: Round) => Round): Fresh | undefined => {
    const window = windowFor(wanted, census().nodes.length)
    return freshRounds(inputs(window, askedMs, thin), window, askedMs)
  }

  return {
    async matrix(query) {
      const nowMs = wallMs()
      const askedMs = Math.min(nowMs, query.atMs ?? nowMs)
      const names = census().nodes.map(({ node }) => node)
      const page = { upTo: lastRow(query, names) }
      const fresh = latest(query.window, askedMs, thinnedToQuery(query, page))
      if (fresh !== undefined) return liveMatrices(query, fresh, askedMs, page)
      if (query.atMs !== undefined) return pastMatrices(query, history, askedMs)
      return { level: query.level, window: query.window, matrices: [] }
    },
    async nodes() {
      const fresh = latest(windowRounds.usual, wallMs(), thinnedToCounts)
      return nodeAnswers({ census: census(), fresh, findings: findings() })
    },
    async pair(source, target) {
      const known = census()
      if (!hasNode([source, target], known)) return undefined
      const askedMs = wallMs()
      const fresh = latest(windowRounds.usual, askedMs, thinnedToPair(source, target))
      return pairPaths(source, target, { census: known, fresh, askedMs })
    },
    history: async (query) => pastFindings(history, query),
    told: async (id) => toldOf(history, id),
    rounds: async () => gzipped(),
  }
}
