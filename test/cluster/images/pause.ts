import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { run } from '../lab/run.ts'
import { buildImage } from './buildah.ts'
import type { Image } from './image.ts'
import { freshScratch } from './site.ts'

const source = join(import.meta.dirname, '../go/pause')

const containerfile = `FROM scratch
COPY pause /pause
USER 65535:65535
ENTRYPOINT ["/pause"]
`

export const pause: Image = {
  name: 'docker.io/lab/pause:1',
  inputs: async () => [source, import.meta.filename],
  bases: [],
  async build(site, name) {
    const context = await freshScratch(site)
    const flags = ['-trimpath', '-buildvcs=false', '-ldflags', '-s -w']
    const options = { cwd: source, env: { CGO_ENABLED: '0' }, signal: site.signal }
    await run('go', ['build', ...flags, '-o', join(context, 'pause'), '.'], options)
    await writeFile(join(context, 'Containerfile'), containerfile)
    await buildImage(site, { name, context, containerfile: join(context, 'Containerfile') })
  },
}
