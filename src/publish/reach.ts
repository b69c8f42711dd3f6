import { wholeNumber } from '../kubernetes/json.ts'

/** How many agents a replica hears, of how many it knows, in the last round that it judged. */
export interface Reach {
  readonly seen: number
  readonly known: number
  /** End of that round, by the wall clock of the replica. */
  readonly atMs: number
}

/** As a replica wrote it; `toldMs` is when, by its own clock. */
export interface ToldReach extends Reach {
  readonly toldMs: number
}

/** A round that ended so long before its reach was written says nothing of now. */
const staleMs = 60_000

export function isRecent({ atMs, toldMs }: ToldReach): boolean {
  return Math.abs(toldMs - atMs) < staleMs
}

/** Whether who sees `ours` should leave the writing to another that sees more. */
export function yieldsTo(ours: Reach | undefined, others: readonly Reach[]): boolean {
  return ours !== undefined && seesLittle(ours) && others.some(({ seen }) => seen > ours.seen)
}

/** Whether it is less than half of the agents. */
export function seesLittle({ seen, known }: Reach): boolean {
  return known > 0 && 2 * seen < known
}

/** What somebody wrote; undefined when it is no reach. */
export function reachIn(text: string): ToldReach | undefined {
  if (text.length > 200) return undefined
  const { seen, known, atMs, toldMs } = parsed(text)
  const numbers = [seen, known, atMs, toldMs]
  if (!numbers.every((number) => wholeNumber(number) === number && number >= 0)) return undefined
  return { seen: wholeNumber(seen), known: wholeNumber(known), atMs: wholeNumber(atMs), toldMs: wholeNumber(toldMs) }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}
