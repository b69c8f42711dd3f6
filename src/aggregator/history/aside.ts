import { readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** What SQLite keeps beside its file while it is open. */
const companions = ['-wal', '-shm', '-journal']

/** Puts a broken file out of the way, for somebody to look at; only the newest is kept. Tells where it is now. */
export function putAside(file: string, wallMs: number): string {
  // Colons are no part of a name on network volumes that Windows serves.
  const aside = `${file}.broken-${new Date(wallMs).toISOString().replaceAll(':', '-')}`
  removeAsides(file)
  // Its log first: beside a fresh file it would be taken for the log of that one.
  for (const end of companions) moveIfThere(`${file}${end}`, `${aside}${end}`)
  moveIfThere(file, aside)
  return aside
}

/** The bytes of what was put aside: they count too where there is a limit. */
export function asideBytes(file: string): number {
  return asidesOf(file).reduce((sum, path) => sum + statSync(path).size, 0)
}

export function removeAsides(file: string): void {
  for (const path of asidesOf(file)) rmSync(path, { force: true })
}

function asidesOf(file: string): readonly string[] {
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(`${basename(file)}.broken-`))
    .map((name) => join(dirname(file), name))
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
