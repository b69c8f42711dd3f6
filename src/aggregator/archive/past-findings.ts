import type { HistoryAnswer, HistoryQuery, ToldAnswer } from '../../model/api.ts'
import type { History } from '../history/history.ts'

/** Throws a RangeError for a cursor that no page told. */
export function pastFindings(history: History | undefined, query: HistoryQuery): HistoryAnswer {
  const { items, next } = history?.findings(query) ?? { items: [] }
  const keptFromMs = history?.size().fromMs
  return {
    ...(keptFromMs !== undefined && { keptFrom: iso(keptFromMs) }),
    findings: items.map(({ finding, openedMs, closedMs }) => ({
      openedAt: iso(openedMs),
      ...(closedMs !== undefined && { closedAt: iso(closedMs) }),
      finding,
    })),
    ...(next !== undefined && { next }),
  }
}

export function toldOf(history: History | undefined, id: string): ToldAnswer | undefined {
  const told = history?.told(id) ?? []
  if (told.length === 0) return undefined
  return { id, told: told.map(({ atMs, finding }) => ({ at: iso(atMs), finding })) }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
