import {
  apiPaths,
  type FindingsAnswer,
  type HistoryAnswer,
  type MatrixAnswer,
  type NodesAnswer,
  type PairAnswer,
  type ToldAnswer,
} from '../../model/api.ts'
import type { Answer, Get } from './ask.ts'
import { joinedMatrices } from './joined-matrices.ts'
import type { Mesh } from './mesh.ts'
import { answerIn } from './read-json.ts'

/** A list of 5,000 nodes has fewer. */
const pagesAtMost = 100

/** What an aggregator tells, by its API. */
export function aggregatorMesh(get: Get, wallMs: () => number, signal: AbortSignal): Mesh {
  let aheadMs = 0

  async function asked(path: string): Promise<Answer> {
    const answer = await get(path, signal)
    if (answer.dateMs !== undefined) aheadMs = answer.dateMs - wallMs()
    return answer
  }

  /** All pages of a list, joined by `join`; `cursor` is how the path names what `next` told. */
  async function whole<T extends { readonly next?: string }>(
    read: (answer: Answer) => T,
    path: (next: string | undefined) => string,
    join: (before: T, more: T) => T,
  ): Promise<T> {
    let all = read(await asked(path(undefined)))
    for (let page = 1; all.next !== undefined && page < pagesAtMost; page += 1) {
      const more = read(await asked(path(all.next)))
      const { next: _next, ...before } = all
      all = join(before as T, more)
    }
    return all
  }

  return {
    nowMs: () => wallMs() + aheadMs,
    findings: () =>
      whole(
        (answer) => answerIn<FindingsAnswer>(answer, ['standing', 'findings']),
        (after) => pathOf(apiPaths.findings, { after }),
        (before, more) => ({ ...more, findings: [...before.findings, ...more.findings] }),
      ),
    matrix: ({ level, check, atMs }) =>
      whole(
        (answer) => answerIn<MatrixAnswer>(answer, ['level', 'matrices']),
        (after) => pathOf(apiPaths.matrix, { level, check, at: isoOf(atMs), after }),
        joinedMatrices,
      ),
    nodes: () =>
      whole(
        (answer) => answerIn<NodesAnswer>(answer, ['standing', 'nodes']),
        (after) => pathOf(apiPaths.nodes, { after }),
        (before, more) => ({ ...more, nodes: [...before.nodes, ...more.nodes] }),
      ),
    async pair(source, target) {
      const answer = await asked(`${apiPaths.pairs}/${encodeURIComponent(source)}/${encodeURIComponent(target)}`)
      return answer.status === 404 ? undefined : answerIn<PairAnswer>(answer, ['standing', 'paths', 'findings'])
    },
    async history(sinceMs, limit) {
      const path = pathOf(apiPaths.history, { from: isoOf(sinceMs), limit: String(limit) })
      return answerIn<HistoryAnswer>(await asked(path), ['findings'])
    },
    async told(id) {
      const answer = await asked(`${apiPaths.history}/${encodeURIComponent(id)}`)
      return answer.status === 404 ? undefined : answerIn<ToldAnswer>(answer, ['id', 'told'])
    },
  }
}

function pathOf(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}

function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString()
}
