import type { Atlas } from '../atlas.ts'
import { caseAgainst, enter, type Ledger, newLedger, settle } from './ledger.ts'
import type { Paths } from './paths.ts'
import { type Suspect, suspectsOf } from './suspects.ts'

/** Who makes paths slow, and how sure that is. */
export interface Blame {
  readonly suspect: Suspect
  /** Slow pairs of nodes that nobody else explains. */
  readonly pairs: number
  /** Others that would have done as well, and how much less speaks for them, in paths. */
  readonly others: readonly { readonly suspect: Suspect; readonly behind: number }[]
}

export interface Sample {
  /** Paths that are judged in this round. */
  readonly paths: readonly number[]
  readonly isSlow: (path: number) => boolean
}

/** Where nearly everything is slow there is nothing to compare with: that is everybody, or the clock we look at. */
const everything = 0.8
const othersAtMost = 3

/** The fewest who explain all slow paths: the one with most, then the one with most of the rest, and so on. */
export function blamed(atlas: Atlas, paths: Paths, { paths: judged, isSlow }: Sample): readonly Blame[] {
  let slow = judged.filter(isSlow)
  if (slow.length === 0 || slow.length > everything * judged.length) return []
  const ledger = newLedger(atlas)
  for (const path of judged) enter(ledger, atlas, paths, path, isSlow)
  const found: Blame[] = []
  for (;;) {
    const suspects = suspectsAmong(atlas, paths, slow, ledger)
    const [worst] = [...suspects].sort(([a, x], [b, y]) => y - x || b - a)
    if (worst === undefined) return found
    const [suspect, most] = worst
    const pairs = ledger.pairs[suspect] ?? 0
    const touches = touchedBy(atlas, paths, suspect)
    for (const path of slow) if (touches(path)) settle(ledger, atlas, paths, path, isSlow)
    slow = slow.filter((path) => !touches(path))
    const others = [...suspects]
      .filter(([other]) => other !== suspect && caseAgainst(ledger, other) === 0)
      .map(([other, how]) => ({ suspect: other, behind: most - how }))
      .sort((a, b) => a.behind - b.behind)
    found.push({ suspect, pairs, others: others.slice(0, othersAtMost) })
  }
}

export function touchedBy(atlas: Atlas, paths: Paths, suspect: Suspect): (path: number) => boolean {
  return (path) => {
    let touches = false
    suspectsOf(atlas, paths, path, (one) => {
      touches ||= one === suspect
    })
    return touches
  }
}

function suspectsAmong(
  atlas: Atlas,
  paths: Paths,
  slow: readonly number[],
  ledger: Ledger,
): ReadonlyMap<Suspect, number> {
  const against = new Map<Suspect, number>()
  for (const path of slow) {
    suspectsOf(atlas, paths, path, (suspect) => {
      if (!against.has(suspect)) against.set(suspect, caseAgainst(ledger, suspect))
    })
  }
  return new Map([...against].filter(([, how]) => how > 0))
}
