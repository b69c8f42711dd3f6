import type { Frame } from '../model/recording.ts'
import type { Accusation } from './accusation.ts'

/** Fewer than this share of the agents is too few to judge the others. */
const quorum = 0.5

/** Whether the aggregator sees too little to accuse anybody: then the cut may as well be on its own side. */
export function partitionIn({ round, view }: Frame, seen: ReadonlySet<string>): Accusation | undefined {
  const listed = view.nodes.filter(({ podUid }) => podUid !== '')
  const heard = listed.filter(({ node }) => seen.has(node)).length
  if (listed.length < 2 || heard >= quorum * listed.length) return undefined
  return {
    fault: 'partition',
    entity: { kind: 'cluster', name: 'cluster' },
    place: 'cluster/partition',
    severity: 1 - heard / listed.length,
    ...{ score: 100, llr: 100, window: 1, firstRound: round, alternatives: [] },
    charge: { is: 'cell', source: -1, target: -1, kinds: [] },
  }
}
