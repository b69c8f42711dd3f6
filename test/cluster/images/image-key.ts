import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

import type { Image } from './image.ts'

const largeBytes = 8 * 1024 * 1024

/** A hash of all that an image is made of, its bases included. */
export async function imageKey(image: Image, cache: string): Promise<string> {
  const hash = createHash('sha256').update(image.name)
  for (const base of image.bases) hash.update(await imageKey(base, cache))
  const roots = [join(import.meta.dirname, 'buildah.ts'), ...(await image.inputs(cache))]
  for (const path of [...new Set(roots)].sort()) await addTo(hash, path)
  return hash.digest('hex').slice(0, 16)
}

async function addTo(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  const found = await lstat(path)
  hash.update(`\n${path}\n`)
  if (found.isDirectory()) {
    for (const name of (await readdir(path)).sort()) await addTo(hash, join(path, name))
  } else if (found.isSymbolicLink()) hash.update(await readlink(path))
  // Reading the programs of a hundred megabytes would take a second each time.
  else if (found.size > largeBytes) hash.update(`${found.size} ${found.mtimeMs}`)
  else hash.update(await readFile(path))
}
