import { rename, rm } from 'node:fs/promises'

import { attempt } from '../lab/run.ts'
import { sealed } from './sealed.ts'
import type { Site } from './site.ts'

export interface Recipe {
  readonly name: string
  readonly context: string
  readonly containerfile: string
  readonly args?: Readonly<Record<string, string>>
  /** By id, the file that a `RUN --mount=type=secret` sees while it runs; nothing of it gets into the image. */
  readonly secrets?: Readonly<Record<string, string>>
  /** By folder of the machine, where it is seen while commands run; nothing of it gets into the image either. */
  readonly volumes?: Readonly<Record<string, string>>
}

const env = { STORAGE_DRIVER: 'overlay', BUILDAH_ISOLATION: 'chroot' }
const buildMsAtMost = 280_000

/** Builds into the site's store. All times in the image are the epoch's: what it is made of decides its digest. */
export async function buildImage(site: Site, recipe: Recipe): Promise<void> {
  const args = Object.entries(recipe.args ?? {}).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`])
  const secrets = Object.entries(recipe.secrets ?? {}).flatMap(([id, src]) => ['--secret', `id=${id},src=${src}`])
  const volumes = Object.entries(recipe.volumes ?? {}).flatMap(([here, there]) => ['--volume', `${here}:${there}`])
  const fixed = ['--pull-never', '--no-cache', '--format', 'oci', '--timestamp', '0', '--quiet']
  const what = ['--tag', recipe.name, '--file', recipe.containerfile, recipe.context]
  await buildah(site, ['build', ...fixed, ...args, ...secrets, ...volumes, ...what])
}

/** Writes what `docker load` and `ctr images import` read. */
export async function saveImage(site: Site, name: string, tar: string): Promise<void> {
  const part = `${tar}.part`
  await rm(part, { force: true }) // buildah would not overwrite it
  await buildah(site, ['push', '--quiet', name, `docker-archive:${part}:${name}`])
  await rename(part, tar)
}

export async function hasImage(site: Site, name: string): Promise<boolean> {
  const { code } = await attempt('buildah', [...storeOf(site), 'inspect', '--type', 'image', name], { env })
  return code === 0
}

export function buildah(site: Site, args: readonly string[]): Promise<string> {
  const options = { env, timeoutMs: buildMsAtMost, signal: site.signal }
  return sealed('buildah', [...storeOf(site), ...args], options)
}

function storeOf({ store }: Site): readonly string[] {
  return ['--root', store, '--runroot', `${store}.run`]
}
