import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

import type { Check } from '../../model/check.ts'
import type { Matrix } from '../../model/matrix.ts'
import { packed, unpacked } from './packing.ts'
import { readSnapshot, writeSnapshot } from './snapshot.ts'
import { HistoryError } from './troubles.ts'

/** A snapshot older than this says nothing of the time asked for. */
const staleMs = 5 * 60_000

export interface TimedMatrices {
  readonly atMs: number
  readonly matrices: readonly Matrix[]
}

/** The matrices over time. */
export interface Snapshots {
  /** Within a transaction. Tells how many bytes it takes beside what it shares with others. */
  write(atMs: number, matrices: Iterable<Matrix>): number
  /** The newest not after `atMs`, at most five minutes before it; of one check alone when that is given. */
  at(atMs: number, check?: Check): TimedMatrices | undefined
  /** From the oldest to the newest. */
  span(): { readonly fromMs: number; readonly toMs: number } | undefined
}

export function createSnapshots(db: DatabaseSync): Snapshots {
  const insert = db.prepare('INSERT OR REPLACE INTO snapshots (at_ms, outline, cells) VALUES (?, ?, ?)')
  const newest = db.prepare(
    'SELECT at_ms, outline, cells FROM snapshots WHERE at_ms BETWEEN ? AND ? ORDER BY at_ms DESC LIMIT 1',
  )
  const ends = db.prepare('SELECT min(at_ms) AS first, max(at_ms) AS last FROM snapshots')
  const use = db.prepare('UPDATE parts SET last_at_ms = max(last_at_ms, ?) WHERE hash = ? RETURNING id')
  const add = db.prepare('INSERT INTO parts (hash, last_at_ms, bytes) VALUES (?, ?, ?) RETURNING id')
  const part = db.prepare('SELECT bytes FROM parts WHERE id = ?')

  function keep(bytes: Uint8Array, atMs: number): number {
    const hash = createHash('sha256').update(bytes).digest()
    const row = use.get(atMs, hash) ?? add.get(hash, atMs, packed(bytes))
    return Number(row?.['id'])
  }

  function matricesIn({ outline, cells }: Row, check: Check | undefined): readonly Matrix[] {
    return readSnapshot(
      { outline: Number(outline), cells: unpacked(bytesIn(cells)) },
      (id) => unpacked(bytesIn(part.get(id)?.['bytes'])),
      (about) => check === undefined || about.check === check,
    )
  }

  return {
    write(atMs, matrices) {
      const { outline, cells } = writeSnapshot(matrices, (bytes) => keep(bytes, atMs))
      const bytes = packed(cells)
      insert.run(atMs, outline, bytes)
      return bytes.length
    },
    at(atMs, check) {
      const row = newest.get(atMs - staleMs, atMs)
      if (row === undefined) return undefined
      const foundMs = Number(row['at_ms'])
      return { atMs: foundMs, matrices: readable(foundMs, () => matricesIn(row, check)) }
    },
    span() {
      const { first, last } = ends.get() ?? {}
      return typeof first === 'number' && typeof last === 'number' ? { fromMs: first, toMs: last } : undefined
    },
  }
}

type Row = Readonly<Record<string, unknown>>

/** Bytes that a disk has changed make no trouble beyond the minute that they are of. */
function readable<T>(atMs: number, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_SQLITE_ERROR') throw error
    const time = new Date(atMs).toISOString()
    throw new HistoryError('unreadable', `cannot be read at ${time}: ${(error as Error).message}`, { cause: error })
  }
}

function bytesIn(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new RangeError('expected the bytes of a snapshot')
  return value
}
