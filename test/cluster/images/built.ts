import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

import { cacheFolder } from '../lab/paths.ts'
import { type Unpacked, unpack } from './archive.ts'
import { ensureImages } from './ensure-images.ts'

/** An image of the lab, unpacked for as long as the test runs. */
export async function built(t: Test, name: string): Promise<Unpacked> {
  const [tar = ''] = await ensureImages({ cache: cacheFolder, only: [name], log: (line) => t.comment(line) })
  return unpack(tar, await folderFor(t))
}

/** Outside the repository: images are large, and their paths are of no interest to its tools. */
export async function folderFor(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'meshprobe-image-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}
