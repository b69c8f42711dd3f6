import type { Atlas } from '../atlas.ts'
import { caseAgainst, enter, type Ledger, newLedger, settle } from './ledger.ts'
import type { Paths } from './paths.ts'
import type { Sample } from './sample.ts'
import { pathsBySuspect, type Suspect, suspectsOf } from './suspects.ts'

/** Who makes paths slow, and how sure that is. */
export interface Blame {
  readonly suspect: Suspect
  /** Slow pairs of nodes that nobody else explains. */
  readonly pairs: number
  /** Others that would have done as well, and how much less speaks for them, in paths. */
  readonly others: readonly { readonly suspect: Suspect; readonly behind: number }[]
}

interface Turn {
  readonly suspect: Suspect
  /** What spoke for it when it was looked at last; by now it may be less. */
  readonly how: number
}

interface Court {
  readonly atlas: Atlas
  readonly paths: Paths
  readonly ledger: Ledger
}

/** Where nearly everything is slow there is nothing to compare with: that is everybody, or the clock we look at. */
const everything = 0.8
const othersAtMost = 3

/** The fewest who explain all slow paths: the one with most, then the one with most of the rest, and so on. */
export function blamed(atlas: Atlas, paths: Paths, { paths: judged, isSlow }: Sample): readonly Blame[] {
  const slow = judged.filter(isSlow)
  if (slow.length === 0 || slow.length > everything * judged.length) return []
  const ledger = newLedger(atlas)
  for (const path of judged) enter(ledger, atlas, paths, path, isSlow)
  const open = new Set(slow)
  const own = pathsBySuspect(atlas, paths, slow)
  const turns: Turn[] = []
  for (const suspect of [...own.keys()].sort((a, b) => a - b)) queue(turns, suspect, caseAgainst(ledger, suspect))
  const found: Blame[] = []
  for (let turn = turns.pop(); turn !== undefined; turn = turns.pop()) {
    const { suspect } = turn
    const how = caseAgainst(ledger, suspect)
    if (how < turn.how) {
      queue(turns, suspect, how)
      continue
    }
    const pairs = ledger.pairs[suspect] ?? 0
    const explained = (own.get(suspect) ?? []).filter((path) => open.delete(path))
    const rivals = rivalsOf(explained, suspect, { atlas, paths, ledger })
    for (const path of explained) settle(ledger, atlas, paths, path, isSlow)
    const others = rivals.filter((rival) => caseAgainst(ledger, rival.suspect) === 0).slice(0, othersAtMost)
    found.push({ suspect, pairs, others: others.map((rival) => ({ suspect: rival.suspect, behind: how - rival.how })) })
  }
  return found
}

/** The one with most is the last; of two with the same, the one that was put in later. */
function queue(turns: Turn[], suspect: Suspect, how: number): void {
  if (how <= 0) return
  const place = turns.findLastIndex((other) => other.how <= how)
  turns.splice(place + 1, 0, { suspect, how })
}

/** Who else touches these paths and might have been the one, the likeliest first. */
function rivalsOf(explained: readonly number[], suspect: Suspect, { atlas, paths, ledger }: Court): readonly Turn[] {
  const rivals = new Map<Suspect, number>()
  for (const path of explained) {
    suspectsOf(atlas, paths, path, (one) => {
      if (one !== suspect && !rivals.has(one)) rivals.set(one, caseAgainst(ledger, one))
    })
  }
  return [...rivals]
    .filter(([, how]) => how > 0)
    .map(([one, how]) => ({ suspect: one, how }))
    .sort((a, b) => b.how - a.how)
}
