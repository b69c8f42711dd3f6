import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { buildah } from './buildah.ts'

/** Where images are built: a store of our own inside the cache, so that nobody else's images are touched. */
export interface Site {
  readonly cache: string
  readonly store: string
  /** Emptied before each image. */
  readonly scratch: string
  readonly signal: AbortSignal | undefined
}

/** Opens the site, without what a build that was killed left in it. Needs the lock of the images' folder. */
export async function openSite(cache: string, signal: AbortSignal | undefined): Promise<Site> {
  const folder = join(cache, 'images')
  const site = { cache, store: join(folder, 'store'), scratch: join(folder, 'scratch'), signal }
  await closeSite(site)
  await mkdir(site.store, { recursive: true })
  await buildah(site, ['rm', '--all'])
  return site
}

/** Leaves the store, for its bases; what is mounted and half done goes. */
export async function closeSite({ store, scratch }: Site): Promise<void> {
  await rm(scratch, { recursive: true, force: true })
  await rm(`${store}.run`, { recursive: true, force: true })
}

export async function freshScratch({ scratch }: Site): Promise<string> {
  await rm(scratch, { recursive: true, force: true })
  await mkdir(scratch, { recursive: true })
  return scratch
}
