import type { FindingsAnswer } from '../../model/api.ts'
import type { Finding } from '../../model/finding.ts'
import type { Live } from '../sources.ts'
import { pageOf } from './pages.ts'

/** What is open or recovering, newest first. */
export function currentFindings(live: Live, limit: number, after?: string): FindingsAnswer {
  const { items, ...next } = pageOf(inOrder(live.findings()), { limit, after, nameOf, compare })
  return { standing: live.standing(), findings: items, ...next }
}

export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => compare(nameOf(a), nameOf(b)))
}

/** Times are of one length, so that they sort as texts. */
function nameOf({ since, id }: Finding): string {
  return `${since}~${id}`
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a > b ? -1 : 1
}
