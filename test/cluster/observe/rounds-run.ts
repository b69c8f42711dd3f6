import type { Round } from '../../../src/model/round.ts'
import type { Plan } from '../lab/plan.ts'

export interface Share {
  readonly node: string
  /** Rounds that its agent ran of those that were scheduled; 1 is all. */
  readonly share: number
}

/** Of the node that ran the fewest of the rounds which began and ended between two moments. */
export function shareOfRounds(
  rounds: readonly Round[],
  { nodes }: Plan,
  [fromMs, toMs]: readonly [number, number],
): Share {
  const roundMs = (rounds[0]?.roundSeconds ?? 10) * 1000
  const first = Math.ceil(fromMs / roundMs)
  const scheduled = Math.max(1, Math.floor(toMs / roundMs) - first)
  const ran = new Map(nodes.map(({ name }) => [name, new Set<number>()]))
  for (const { node, round } of rounds) if (round >= first && round < first + scheduled) ran.get(node)?.add(round)
  const shares = [...ran].map(([node, own]) => ({ node, share: own.size / scheduled }))
  return shares.reduce((least, one) => (one.share < least.share ? one : least), { node: 'none', share: 1 })
}
