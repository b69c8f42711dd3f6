import type { Change } from './changes.ts'
import { createLedger, type Ledger, tellingOf } from './ledger.ts'

const waitingAtMost = 100

/** What waits to be told while we lead. */
export interface Outbox {
  readonly ledger: Ledger
  /** Takes what is not told yet; what finds no room is counted instead. */
  add(changes: readonly Change[]): void
  /** What to tell next; a number is of how many changes there was no room for, once nothing else waits. */
  first(): Change | number | undefined
  /** It is told, or nobody takes it. */
  done(told: Change | number): void
}

export function createOutbox(): Outbox {
  const ledger = createLedger()
  const waiting: Change[] = []
  let dropped = 0

  function add(change: Change): void {
    const telling = tellingOf(change)
    if (ledger.isTold(telling)) return
    if (waiting.length < waitingAtMost) {
      ledger.note(telling)
      waiting.push(change)
      return
    }
    dropped += 1
    // Then nobody need hear that it is over either.
    ledger.forget(telling.key)
  }

  return {
    ledger,
    add: (changes) => changes.forEach(add),
    first: () => waiting[0] ?? (dropped > 0 ? dropped : undefined),
    done(told) {
      if (typeof told === 'number') dropped -= told
      else if (waiting[0] === told) waiting.shift()
    },
  }
}
