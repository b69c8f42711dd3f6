import { statSync } from 'node:fs'

import { inTransaction, openDatabase } from './database.ts'
import { createFindings, type StoredFindings } from './findings.ts'
import { createRoom, type Room, type RoomOptions } from './room.ts'
import { createSnapshots, type Snapshots } from './snapshots.ts'
import { troubleOf } from './troubles.ts'

/** An open history file. Everything throws what SQLite throws; `history.ts` knows what to do then. */
export interface Store {
  readonly findings: StoredFindings
  readonly snapshots: Snapshots
  readonly room: Room
  /** All that `act` writes or nothing of it, within the limits of age and size. `room.settle()` belongs after it. */
  write(nowMs: number, act: () => void): void
  close(): void
}

/** Opens the file, begins it when there is none, and drops what is too old or too much. */
export function openStore(options: RoomOptions, wallMs: number): Store {
  const db = openDatabase(options.file)
  try {
    const room = createRoom(db, options)
    const write = (nowMs: number, act: () => void) =>
      inTransaction(db, () => {
        act()
        room.drop(nowMs)
      })
    trim(options.file, () => {
      write(wallMs, () => undefined)
      room.settle()
    })
    const [findings, snapshots] = [createFindings(db), createSnapshots(db)]
    return { findings, snapshots, room, write, close: () => db.close() }
  } catch (error) {
    db.close()
    throw error
  }
}

/** A limit that was lowered, or a long time away: as often as it takes, and no longer than it helps. */
function trim(file: string, step: () => void): void {
  try {
    let before = Number.POSITIVE_INFINITY
    for (let now = sizeOf(file); now < before; now = sizeOf(file)) {
      before = now
      step()
    }
  } catch (error) {
    // To drop something takes a little room too. It can be read all the same, and every note tries again.
    if (troubleOf(error) !== 'full') throw error
  }
}

function sizeOf(file: string): number {
  return statSync(file).size
}
