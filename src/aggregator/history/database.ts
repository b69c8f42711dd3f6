import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { HistoryError } from './troubles.ts'

/** "mesh", so that no other program's file is taken for ours. */
const applicationId = 0x6d657368
/** Grows with every change of the tables; a file of another version is put aside. */
const schemaVersion = 1
export const pageBytes = 4096

/**
 * `told` is all that was said of a finding; `findings` has one row for each, and where its last words are.
 * `parts` are what snapshots have in common, kept once; no snapshot newer than `last_at_ms` uses one.
 */
const schema = `
  CREATE TABLE findings (
    id TEXT PRIMARY KEY, opened_ms INTEGER NOT NULL, closed_ms INTEGER, last_seq INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX findings_by_opening ON findings (opened_ms, id);
  CREATE TABLE told (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, at_ms INTEGER NOT NULL, finding TEXT NOT NULL) STRICT;
  CREATE INDEX told_by_id ON told (id, seq);
  CREATE INDEX told_by_time ON told (at_ms);
  CREATE TABLE snapshots (at_ms INTEGER PRIMARY KEY, outline INTEGER NOT NULL, cells BLOB NOT NULL) STRICT;
  CREATE TABLE parts (
    id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, last_at_ms INTEGER NOT NULL, bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX parts_by_use ON parts (last_at_ms);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`

/** Opens the file, or begins it; nobody else can while it is open. Throws what `troubleOf` has a word for. */
export function openDatabase(file: string): DatabaseSync {
  // On a volume that cannot be written SQLite reports anything from a lock to a broken disk.
  accessSync(dirname(file), constants.W_OK)
  const db = new DatabaseSync(file, { timeout: 0 })
  try {
    // Without shared memory, which network volumes do not have. First of all: it decides how the log is opened.
    db.exec('PRAGMA locking_mode = EXCLUSIVE')
    const isNew = readsAsNew(db)
    // Written into a file that has any page, so not before it is known to be ours.
    if (isNew) db.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA auto_vacuum = INCREMENTAL`)
    const { journal_mode: mode } = db.prepare('PRAGMA journal_mode = WAL').get() ?? {}
    if (mode !== 'wal') throw new HistoryError('closed', `cannot have a write-ahead log, but: ${mode}`)
    // The log is synced before it is copied into the file: a power cut loses the last words and breaks nothing.
    db.exec('PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON')
    // Taken for writing even when there is nothing to write: on a read-only volume it fails now.
    db.exec('BEGIN IMMEDIATE')
    if (isNew) db.exec(schema)
    db.exec('COMMIT')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function readsAsNew(db: DatabaseSync): boolean {
  const version = numberOf(db, 'PRAGMA user_version')
  const id = numberOf(db, 'PRAGMA application_id')
  if (id === applicationId && version === schemaVersion) return false
  // A process that was killed at its first start leaves a file without tables.
  if (id === 0 && version === 0 && numberOf(db, 'SELECT count(*) FROM sqlite_schema') === 0) return true
  if (id !== applicationId) throw new HistoryError('broken', 'belongs to another program')
  throw new HistoryError('broken', `has tables of version ${version}, expected ${schemaVersion}`)
}

/** The only number that a statement answers with. */
export function numberOf(db: DatabaseSync, sql: string): number {
  const [value] = Object.values(db.prepare(sql).get() ?? {})
  return Number(value)
}

/** All that `act` writes, or nothing of it. */
export function inTransaction(db: DatabaseSync, act: () => void): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    act()
    db.exec('COMMIT')
  } catch (error) {
    // A disk that is full has SQLite roll back by itself.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
