import type { MatrixQuery } from '../../model/api.ts'
import { byName } from './by-name.ts'

/** Whoever answers judges too, and is to be late by less than a round: reading so many takes some seconds. */
const agentRoundsAtMost = 20_000
/** Of all checks a row has some sixty cells, of one check a few. */
const rowsOfAllChecks = 1000

/** How many rounds are read to answer for a cluster of that size: fewer than asked for when it is very large. */
export function windowFor(wanted: number, nodes: number): number {
  return Math.max(1, Math.min(wanted, Math.floor(agentRoundsAtMost / Math.max(1, nodes))))
}

/** The last row that an answer can have; undefined when it is the last of all. Nobody reads what is behind it. */
export function lastRow({ level, check, limit, after }: MatrixQuery, nodes: readonly string[]): string | undefined {
  if (level !== 'node') return undefined
  const atMost = Math.min(limit ?? Number.POSITIVE_INFINITY, check === undefined ? rowsOfAllChecks : nodes.length)
  const left = nodes.filter((node) => after === undefined || byName(node, after) > 0)
  return left.length > atMost ? left.toSorted(byName)[atMost - 1] : undefined
}

/** Whether a row is on the page: after the last page, and not after its own end. */
export function isOnPage(row: string, after: string | undefined, upTo: string | undefined): boolean {
  return (after === undefined || byName(row, after) > 0) && (upTo === undefined || byName(row, upTo) <= 0)
}
