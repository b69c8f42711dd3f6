import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { buildImage } from './buildah.ts'
import type { Image } from './image.ts'
import { copyUnder, librariesOf } from './node-program.ts'
import { nodeRuntime } from './node-runtime.ts'
import { freshScratch } from './site.ts'

const controller = join(import.meta.dirname, 'ingress')
const nginx = '/usr/sbin/nginx'

const containerfile = `ARG BASE
FROM $BASE
COPY root /
ENV PATH=/nodejs/bin:/usr/sbin NODE_EXTRA_CA_CERTS=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt
EXPOSE 8080 10254
ENTRYPOINT ["/nodejs/bin/node", "/controller/controller.ts"]
`

/** Debian's nginx, and a controller that does what ingress-nginx does for a pod's requests. */
export const ingress: Image = {
  name: 'docker.io/lab/ingress:1',
  inputs: async () => [import.meta.filename, controller, nginx, ...(await librariesOf([nginx]))],
  bases: [nodeRuntime],
  async build(site, name, [base = '']) {
    const context = await freshScratch(site)
    const root = join(context, 'root')
    await copyUnder(root, [nginx, ...(await librariesOf([nginx]))])
    await mkdir(join(root, 'usr/share/nginx'), { recursive: true })
    await cp(controller, join(root, 'controller'), { recursive: true })
    await writeFile(join(context, 'Containerfile'), containerfile)
    await buildImage(site, { name, context, containerfile: join(context, 'Containerfile'), args: { BASE: base } })
  },
}
