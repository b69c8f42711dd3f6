import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { run } from '../lab/run.ts'
import { buildImage } from './buildah.ts'
import type { Image } from './image.ts'
import { copyUnder, librariesOf, nodePackage, nodeProgram } from './node-program.ts'
import { freshScratch } from './site.ts'

// Debian's own, not the machine's bundle, to which its owner may have added some.
const authorities = '/usr/share/ca-certificates/mozilla'

const containerfile = `FROM scratch
COPY root /
ENV PATH=/nodejs/bin SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
USER 65532:65532
WORKDIR /home/nonroot
ENTRYPOINT ["/nodejs/bin/node"]
`

const files = {
  'etc/passwd': `root:x:0:0:root:/root:/sbin/nologin
nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
`,
  'etc/group': `root:x:0:
nonroot:x:65532:
`,
  'etc/nsswitch.conf': `hosts: files dns
`,
}

/** What a distroless Node image has, at the same paths, made of this machine's Debian. */
export const nodeRuntime: Image = {
  name: 'localhost/lab/node-runtime',
  inputs: async () => [import.meta.filename, join(nodePackage, 'package.json'), authorities, ...(await libraries())],
  bases: [],
  async build(site, name) {
    const context = await freshScratch(site)
    const root = join(context, 'root')
    for (const folder of ['etc/ssl/certs', 'nodejs/bin', 'home/nonroot', 'tmp']) {
      await mkdir(join(root, folder), { recursive: true })
    }
    await copyUnder(root, await libraries())
    await run('strip', ['-o', join(root, 'nodejs/bin/node'), nodeProgram])
    for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text)
    await writeFile(join(root, 'etc/ssl/certs/ca-certificates.crt'), await bundle())
    await run('chmod', ['1777', join(root, 'tmp')])
    await writeFile(join(context, 'Containerfile'), containerfile)
    await buildImage(site, { name, context, containerfile: join(context, 'Containerfile') })
  },
}

/** With those that glibc opens by name while it resolves one. */
async function libraries(): Promise<readonly string[]> {
  const linked = await librariesOf([nodeProgram])
  const libc = linked.find((path) => path.includes('/libc.so.')) ?? ''
  const opened = ['dns', 'files'].map((source) => libc.replace('libc.so.6', `libnss_${source}.so.2`))
  return [...linked, ...opened, libc.replace('libc.so.6', 'libresolv.so.2')]
}

async function bundle(): Promise<string> {
  const names = (await readdir(authorities)).sort()
  return (await Promise.all(names.map((name) => readFile(join(authorities, name), 'utf8')))).join('')
}
