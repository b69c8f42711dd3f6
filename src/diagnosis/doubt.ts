import { kind } from './kinds.ts'
import { failureWidth, type Slice } from './slice.ts'

const failedAtLeast = 4
const timesTheMean = 3

/** Nodes whose rounds could not be read, or whose agents fail far more requests than others do. */
export function doubtfulNodes(slices: readonly Slice[]): ReadonlySet<number> {
  const failed = new Map<number, number>()
  const arrived = new Set<number>()
  for (const { failures, arrived: here } of slices) {
    for (const node of here) arrived.add(node)
    for (let i = 0; i < failures.length; i += failureWidth) {
      const target = failures[i + 2] ?? 0
      if (failures[i] === kind.http) failed.set(target, (failed.get(target) ?? 0) + (failures[i + 4] ?? 0))
    }
  }
  const all = [...failed.values()].reduce((sum, n) => sum + n, 0)
  const limit = Math.max(failedAtLeast, (timesTheMean * all) / Math.max(1, arrived.size))
  const failing = [...failed]
    .filter(([, n]) => n >= Math.min(limit, failedAtLeast * slices.length))
    .map(([node]) => node)
  return new Set([...slices.flatMap(({ unread }) => [...unread]), ...failing])
}
