import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

import { numberOf, pageBytes } from './database.ts'
import { HistoryError } from './troubles.ts'

const dayMs = 86_400_000
/** What is dropped at once: nothing may hold the aggregator up for long. */
const droppedAtOnce = 32
/** Of all bytes: the log, and what is written before room for it is made. */
const reserveShare = 1 / 16
/** Of a volume that is smaller than the history may be: something must stay free to write at all. */
const volumeShare = 15 / 16

/** Keeps the file within its age and size. */
export interface Room {
  /** Throws when so many bytes are more than may be written at once. */
  check(bytes: number): void
  /** How large the file and what is beside it may become, in bytes: less than asked for on a small volume. */
  readonly bytesAtMost: number
  /** Drops what is too old or too much: oldest snapshots first, findings last. Call it after writing, before the commit. */
  drop(nowMs: number): void
  /** Gives free pages back to the volume, some at a time, and empties the log into the file. Call it after a commit. */
  settle(): void
  /** All of the file in bytes. */
  bytes(): number
}

export interface RoomOptions {
  readonly file: string
  readonly keepMs: number
  readonly bytesAtMost: number
}

export function createRoom(db: DatabaseSync, { file, keepMs, bytesAtMost: wanted }: RoomOptions): Room {
  const { blocks, bsize } = statfsSync(dirname(file))
  const bytesAtMost = Math.min(wanted, blocks === 0 ? wanted : volumeShare * blocks * bsize)
  const pagesAtMost = Math.floor(((1 - reserveShare) * bytesAtMost) / pageBytes)
  const reservePages = Math.floor((reserveShare * bytesAtMost) / pageBytes)
  const drops = dropping(db)

  const pages = () => numberOf(db, 'PRAGMA page_count')
  const freePages = () => numberOf(db, 'PRAGMA freelist_count')

  return {
    bytesAtMost,

    check(bytes) {
      const atMost = Math.floor((reservePages * pageBytes) / 4)
      if (bytes <= atMost) return
      const needed = Math.ceil((4 * bytes) / reserveShare / 2 ** 20)
      throw new HistoryError('full', `has no room for a snapshot of ${bytes} bytes: let it have ${needed} MiB`)
    },

    drop(nowMs) {
      drops.snapshotsOutside(nowMs - keepMs, nowMs + dayMs)
      drops.findingsBefore(nowMs - keepMs)
      while (pages() - freePages() > pagesAtMost && drops.oldest()) drops.unusedParts(nowMs)
      drops.unusedParts(nowMs)
    },

    settle() {
      const surplus = Math.max(pages() - pagesAtMost, freePages() - pages() / 4)
      if (surplus > 0) db.exec(`PRAGMA incremental_vacuum(${Math.ceil(Math.min(surplus, reservePages / 4, 1024))})`)
      // At once, not when there are many pages in it: so the log is never longer than one transaction.
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      // A second line of defence. It cannot be less than there is.
      db.exec(`PRAGMA max_page_count = ${pagesAtMost + Math.floor(reservePages / 2)}`)
    },

    bytes: () => pages() * pageBytes,
  }
}

function dropping(db: DatabaseSync) {
  const outside = db.prepare(`DELETE FROM snapshots WHERE at_ms IN (
    SELECT at_ms FROM snapshots WHERE at_ms < ? OR at_ms > ? ORDER BY at_ms LIMIT ${droppedAtOnce})`)
  const oldestSnapshot = db.prepare('DELETE FROM snapshots WHERE at_ms = (SELECT min(at_ms) FROM snapshots)')
  const unused = db.prepare('DELETE FROM parts WHERE last_at_ms < (SELECT coalesce(min(at_ms), ?) FROM snapshots)')
  const closedWords = db.prepare('DELETE FROM told WHERE id IN (SELECT id FROM findings WHERE closed_ms < ?)')
  const closed = db.prepare('DELETE FROM findings WHERE closed_ms < ?')
  const isLast = 'seq IN (SELECT last_seq FROM findings)'
  const oldWords = db.prepare(`DELETE FROM told WHERE at_ms < ? AND NOT ${isLast}`)
  const oldestWords = db.prepare(`DELETE FROM told WHERE seq IN (
    SELECT seq FROM told WHERE NOT ${isLast} ORDER BY seq LIMIT ${droppedAtOnce})`)
  const oldestClosed = db.prepare('SELECT min(closed_ms) AS at FROM findings')

  function closedBefore(ms: number): boolean {
    closedWords.run(ms)
    return closed.run(ms).changes > 0
  }

  return {
    /** Times in the future are left by a clock that was set back; they would never grow old. */
    snapshotsOutside: (fromMs: number, toMs: number) => void outside.run(fromMs, toMs),
    findingsBefore(ms: number): void {
      closedBefore(ms)
      oldWords.run(ms)
    },
    /** Whether there was anything left to drop. */
    oldest(): boolean {
      if (oldestSnapshot.run().changes > 0 || oldestWords.run().changes > 0) return true
      const at = oldestClosed.get()?.['at']
      return typeof at === 'number' && closedBefore(at + 1)
    },
    unusedParts: (nowMs: number) => void unused.run(nowMs),
  }
}
