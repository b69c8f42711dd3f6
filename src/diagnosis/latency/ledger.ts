import type { Atlas } from '../atlas.ts'
import { knownPath, type Paths } from './paths.ts'
import { type Suspect, suspectCount, suspectsOf } from './suspects.ts'

/** Of everyone's paths, how many are slow, by the side that asks. */
export interface Ledger {
  readonly slow: Int32Array
  readonly fine: Int32Array
  /** Slow for somebody else's sake. */
  readonly explained: Int32Array
  /** Slow pairs of nodes, whichever of the two asks. */
  readonly pairs: Int32Array
}

/** Three are no chance, and more than one bad pair. */
const pairsAtLeast = 3
/** Of the paths from it and of those to it alike: who is short of time finds all that it asks slow, and is found quick. */
const shareAtLeast = 2 / 3
/** A path that is as quick as ever speaks as loud against it as two slow ones speak for it. */
const fineWeighs = 2

export function newLedger(atlas: Atlas): Ledger {
  const [all, sides] = [suspectCount(atlas), 2 * suspectCount(atlas)]
  const slow = new Int32Array(sides)
  return { slow, fine: new Int32Array(sides), explained: new Int32Array(all), pairs: new Int32Array(all) }
}

export function enter(ledger: Ledger, atlas: Atlas, paths: Paths, path: number, isSlow: (path: number) => boolean) {
  const slow = isSlow(path)
  const column = slow ? ledger.slow : ledger.fine
  const isPair = slow && !isSecond(paths, path, isSlow)
  suspectsOf(atlas, paths, path, (suspect, side) => {
    add(column, 2 * suspect + side, 1)
    if (isPair) add(ledger.pairs, suspect, 1)
  })
}

/** Takes a slow path out of everyone's account. */
export function settle(ledger: Ledger, atlas: Atlas, paths: Paths, path: number, isSlow: (path: number) => boolean) {
  const isPair = !isSecond(paths, path, isSlow)
  suspectsOf(atlas, paths, path, (suspect, side) => {
    add(ledger.slow, 2 * suspect + side, -1)
    add(ledger.explained, suspect, 1)
    if (isPair) add(ledger.pairs, suspect, -1)
  })
}

/** How much more speaks for a suspect than against it, in paths; 0 when it can not be the one. */
export function caseAgainst({ slow, fine, explained, pairs }: Ledger, suspect: Suspect): number {
  if ((pairs[suspect] ?? 0) < pairsAtLeast) return 0
  let [bad, good] = [0, 0]
  for (const side of [2 * suspect, 2 * suspect + 1]) {
    const [slowHere, fineHere] = [slow[side] ?? 0, fine[side] ?? 0]
    if (slowHere < shareAtLeast * (slowHere + fineHere)) return 0
    bad += slowHere
    good += fineHere
  }
  return bad > (explained[suspect] ?? 0) ? Math.max(0, bad - fineWeighs * good) : 0
}

/** Whether the same two nodes are slow the other way round too, and that one counts as the pair. */
function isSecond(paths: Paths, path: number, isSlow: (path: number) => boolean): boolean {
  const { source, target } = paths.columns
  const [from, to] = [source[path] ?? 0, target[path] ?? 0]
  if (from < to) return false
  const back = knownPath(paths, to, from)
  return back !== undefined && isSlow(back)
}

function add(column: Int32Array, index: number, n: number): void {
  column[index] = (column[index] ?? 0) + n
}
