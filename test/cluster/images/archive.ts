import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { run } from '../lab/run.ts'

/** An image as it was saved, unpacked. */
export interface Unpacked {
  /** The hash of its configuration, which names its layers by theirs: equal for equal images. */
  readonly id: string
  readonly config: ImageConfig
  readonly rootfs: string
  /** Paths of all that is in it but folders, from its root. */
  readonly files: readonly string[]
}

export interface ImageConfig {
  readonly User?: string
  readonly Entrypoint?: readonly string[]
  readonly Cmd?: readonly string[]
  readonly Env?: readonly string[]
  readonly ExposedPorts?: Readonly<Record<string, object>>
  readonly Labels?: Readonly<Record<string, string>>
  readonly Healthcheck?: object
}

/** Unpacks a tar of `docker save`, as a container runtime would, into a folder. */
export async function unpack(tar: string, folder: string): Promise<Unpacked> {
  const [archive, rootfs] = [join(folder, 'archive'), join(folder, 'rootfs')]
  for (const made of [archive, rootfs]) await mkdir(made, { recursive: true })
  await run('tar', ['-xf', tar, '-C', archive])
  const [manifest] = JSON.parse(await readFile(join(archive, 'manifest.json'), 'utf8'))
  for (const layer of manifest.Layers) {
    await run('tar', ['-xf', join(archive, layer), '-C', rootfs, '--xattrs', '--xattrs-include=*', '--same-owner'])
  }
  const text = await readFile(join(archive, manifest.Config), 'utf8')
  const id = createHash('sha256').update(text).digest('hex')
  return { id, config: JSON.parse(text).config, rootfs, files: await filesIn(rootfs) }
}

async function filesIn(rootfs: string): Promise<readonly string[]> {
  const found = await readdir(rootfs, { recursive: true, withFileTypes: true })
  const files = found.filter((entry) => !entry.isDirectory())
  return files.map((entry) => join(entry.parentPath, entry.name).slice(rootfs.length)).sort()
}
