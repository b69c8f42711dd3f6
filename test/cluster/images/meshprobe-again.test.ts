import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import { cacheFolder } from '../lab/paths.ts'
import { unpack } from './archive.ts'
import { saveImage } from './buildah.ts'
import { built, folderFor } from './built.ts'
import { ensureBase } from './ensure-base.ts'
import { withLock } from './lock.ts'
import { buildMeshprobe, meshprobe, repository, sources } from './meshprobe.ts'
import { closeSite, openSite } from './site.ts'

t.test('the same sources give the same image, wherever they lie and whenever it is built', async (t) => {
  const first = await built(t, 'meshprobe')
  const folder = await folderFor(t)
  const context = join(folder, 'a-copy')
  for (const path of sources) await cp(join(repository, path), join(context, path), { recursive: true })
  const tar = join(folder, 'again.tar')
  await buildCopy(context, tar)
  t.equal((await unpack(tar, join(folder, 'again'))).id, first.id)
})

function buildCopy(context: string, tar: string): Promise<void> {
  return withLock(join(cacheFolder, 'images/lock'), async () => {
    const site = await openSite(cacheFolder, new AbortController().signal)
    try {
      const bases: string[] = []
      for (const base of meshprobe.bases) bases.push(await ensureBase(site, base, () => {}))
      await buildMeshprobe(site, { context, name: meshprobe.name, bases })
      await saveImage(site, meshprobe.name, tar)
    } finally {
      await closeSite(site)
    }
  })
}
