import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { run } from '../lab/run.ts'
import { buildImage } from './buildah.ts'
import type { Image } from './image.ts'
import { freshScratch } from './site.ts'

// As the stock image: not root, and the file itself may be given the port.
const containerfile = `FROM scratch
COPY coredns /coredns
USER 65532:65532
WORKDIR /
EXPOSE 53 53/udp
ENTRYPOINT ["/coredns"]
`

export const coredns: Image = {
  name: 'docker.io/lab/coredns:1.14.6',
  inputs: async (cache) => [join(cache, 'bin/coredns'), import.meta.filename],
  bases: [],
  async build(site, name) {
    const context = await freshScratch(site)
    await copyFile(join(site.cache, 'bin/coredns'), join(context, 'coredns'))
    await run('setcap', ['cap_net_bind_service=+ep', join(context, 'coredns')])
    await writeFile(join(context, 'Containerfile'), containerfile)
    await buildImage(site, { name, context, containerfile: join(context, 'Containerfile') })
  },
}
