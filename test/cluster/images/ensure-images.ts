import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { buildah, saveImage } from './buildah.ts'
import { ensureBase } from './ensure-base.ts'
import { type Image, shortName } from './image.ts'
import { imageKey } from './image-key.ts'
import { images } from './list.ts'
import { withLock } from './lock.ts'
import { closeSite, openSite, type Site } from './site.ts'

export interface EnsureOptions {
  readonly cache: string
  /** Short names, like `pause`; all when not given. */
  readonly only?: readonly string[]
  readonly log: (line: string) => void
  /** Ends what is being built; nothing of it is left. */
  readonly signal?: AbortSignal
}

interface Wanted {
  readonly image: Image
  readonly tar: string
}

/** Builds the images that are not in the cache as they should be. Resolves to the tars that nodes load. */
export async function ensureImages(options: EnsureOptions): Promise<readonly string[]> {
  const folder = join(options.cache, 'images')
  await mkdir(folder, { recursive: true })
  const all = await Promise.all(chosen(options.only).map((image) => wanted(options.cache, image)))
  if (!all.every(isThere)) await withLock(join(folder, 'lock'), () => buildMissing(all, options))
  return all.map(({ tar }) => tar)
}

/** Where the images of these sources are, or would be. */
export async function archivesOf(cache: string): Promise<readonly string[]> {
  const all = await Promise.all(images.map((image) => wanted(cache, image)))
  return all.map(({ tar }) => tar)
}

async function buildMissing(all: readonly Wanted[], options: EnsureOptions): Promise<void> {
  const { cache, log, signal = new AbortController().signal } = options
  const site = await openSite(cache, signal)
  try {
    for (const each of all.filter((each) => !isThere(each))) {
      const started = Date.now()
      await buildOne(site, each, log).catch((error) => {
        throw new Error(`${each.image.name} cannot be built`, { cause: error })
      })
      log(`built ${each.image.name} in ${Math.round((Date.now() - started) / 1000)} s`)
    }
  } finally {
    await closeSite(site)
  }
}

async function buildOne(site: Site, { image, tar }: Wanted, log: (line: string) => void): Promise<void> {
  const bases: string[] = []
  for (const base of image.bases) bases.push(await ensureBase(site, base, log))
  await image.build(site, image.name, bases)
  await saveImage(site, image.name, tar)
  await buildah(site, ['rmi', '--force', image.name])
  const folder = join(site.cache, 'images')
  const outdated = (await readdir(folder)).filter((file) => isTarOf(image, file) && join(folder, file) !== tar)
  await Promise.all(outdated.map((file) => rm(join(folder, file))))
}

function chosen(only: readonly string[] = images.map(shortName)): readonly Image[] {
  const unknown = only.filter((name) => !images.some((image) => shortName(image) === name))
  if (unknown.length > 0) throw new RangeError(`no image ${unknown.join()}; known: ${images.map(shortName).join()}`)
  return images.filter((image) => only.includes(shortName(image)))
}

async function wanted(cache: string, image: Image): Promise<Wanted> {
  return { image, tar: join(cache, 'images', `${shortName(image)}-${await imageKey(image, cache)}.tar`) }
}

function isThere({ tar }: Wanted): boolean {
  return existsSync(tar)
}

function isTarOf(image: Image, file: string): boolean {
  return new RegExp(`^${shortName(image)}-[0-9a-f]{16}\\.tar(\\.part)?$`).test(file)
}
