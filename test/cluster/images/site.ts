import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { buildah } from './buildah.ts'

/** Where images are built: a store of our own inside the cache, so that nobody else's images are touched. */
export interface Site {
  readonly cache: string
  readonly store: string
  /** Emptied before each image. */
  readonly scratch: string
  readonly signal: AbortSignal
}

/** Opens the site, without what a build that was killed left in it. Needs the lock of the images' folder. */
export async function openSite(cache: string, signal: AbortSignal): Promise<Site> {
  const folder = join(cache, 'images')
  const site = { cache, store: join(folder, 'store'), scratch: join(folder, 'scratch'), signal }
  await closeSite(site)
  return site
}

/** Leaves the store, for its bases; what is half done goes, also when the build was cancelled. */
export async function closeSite(site: Site): Promise<void> {
  const running = `${site.store}.run`
  for (const folder of [site.scratch, running]) await rm(folder, { recursive: true, force: true })
  await mkdir(site.store, { recursive: true })
  const tidying = { ...site, signal: new AbortController().signal }
  await buildah(tidying, ['rm', '--all'])
  await buildah(tidying, ['rmi', '--prune']) // what was built in a first stage has no name
  await rm(running, { recursive: true, force: true })
}

export async function freshScratch({ scratch }: Site): Promise<string> {
  await rm(scratch, { recursive: true, force: true })
  await mkdir(scratch, { recursive: true })
  return scratch
}
