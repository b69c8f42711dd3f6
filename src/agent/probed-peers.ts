import type { Check } from '../model/check.ts'
import type { ProbedPeer } from '../model/round.ts'
import type { Target } from '../model/target.ts'

/** Whom the targets of an epoch probe, and by which checks. */
export function probedPeers(targets: Iterable<Target>): readonly ProbedPeer[] {
  const byNode = new Map<string, Set<Check>>()
  for (const { peer, check } of targets) {
    if (peer === undefined) continue
    const of = byNode.get(peer.node) ?? new Set()
    byNode.set(peer.node, of.add(check))
  }
  return [...byNode].map(([node, of]) => ({ node, checks: [...of].sort() }))
}
