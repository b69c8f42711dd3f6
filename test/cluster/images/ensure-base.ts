import { buildah, hasImage } from './buildah.ts'
import { type Image, shortName } from './image.ts'
import { imageKey } from './image-key.ts'
import type { Site } from './site.ts'

/** Makes sure that a base is in the site's store, as it should be. Resolves to its name there. */
export async function ensureBase(site: Site, base: Image, log: (line: string) => void): Promise<string> {
  const name = `${base.name}:${await imageKey(base, site.cache)}`
  if (await hasImage(site, name)) return name
  const started = Date.now()
  const listed = await buildah(site, ['images', '--format', '{{.Name}}:{{.Tag}}'])
  const outdated = listed.split('\n').filter((other) => other.startsWith(`${base.name}:`))
  if (outdated.length > 0) await buildah(site, ['rmi', '--force', ...outdated])
  await base.build(site, name, [])
  log(`built ${shortName(base)}, a base, in ${Math.round((Date.now() - started) / 1000)} s`)
  return name
}
