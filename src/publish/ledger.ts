import { type Change, keyOf } from './changes.ts'

/** Two replicas open the same finding within so long of each other. */
const apartMs = 120_000
const entriesAtMost = 5000

/** What an Event told, as far as it matters to whoever goes on from there. */
export interface Telling {
  /** `keyOf` the finding. */
  readonly key: string
  readonly is: 'opening' | 'closing'
  readonly atMs: number
  /** The key of what it was taken for until then. */
  readonly before?: string
}

/** What has been told already, by us or by whoever led before. */
export interface Ledger {
  note(telling: Telling): void
  isTold(telling: Telling): boolean
  forget(key: string): void
}

export function createLedger(): Ledger {
  const last = new Map<string, Telling>()

  function put(telling: Telling): void {
    const before = last.get(telling.key)
    if (before !== undefined && before.atMs > telling.atMs) return
    last.delete(telling.key)
    last.set(telling.key, telling)
    const [oldest] = last.keys()
    if (last.size > entriesAtMost && oldest !== undefined) last.delete(oldest)
  }

  return {
    note(telling) {
      put(telling)
      const { before: key, atMs } = telling
      // What it was taken for is over by that.
      if (key !== undefined) put({ key, is: 'closing', atMs })
    },
    isTold({ key, is, atMs }) {
      const before = last.get(key)
      // Of what nobody was told that it began, nobody need hear that it is over.
      if (is === 'closing') return before?.is !== 'opening'
      if (before === undefined) return false
      return atMs <= before.atMs + (before.is === 'opening' ? apartMs : 0)
    },
    forget: (key) => void last.delete(key),
  }
}

export function tellingOf({ what, finding, atMs, before }: Change): Telling {
  const is = what === 'closed' ? 'closing' : 'opening'
  return { key: keyOf(finding), is, atMs, ...(before !== undefined && { before: keyOf(before) }) }
}
