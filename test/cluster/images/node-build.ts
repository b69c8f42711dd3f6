import { realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { run } from '../lab/run.ts'
import { buildImage } from './buildah.ts'
import type { Image } from './image.ts'
import { nodePackage, nodeProgram } from './node-program.ts'
import { sealed } from './sealed.ts'
import { freshScratch } from './site.ts'

const containerfile = `FROM scratch
COPY root /
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
CMD ["node"]
`

/** In the place of Docker's `node` image: Debian, Node and npm. */
export const nodeBuild: Image = {
  name: 'localhost/lab/node-build',
  inputs: async () => [
    import.meta.filename,
    join(nodePackage, 'package.json'),
    join(await npmFolder(), 'package.json'),
  ],
  bases: [],
  async build(site, name) {
    const context = await freshScratch(site)
    const { suite, mirror } = await debian()
    const small = ['--variant=minbase', '--include=libatomic1']
    await sealed('debootstrap', [...small, suite, join(context, 'root'), mirror], {
      timeoutMs: 280_000,
      signal: site.signal,
    })
    await run('rm', [
      '-rf',
      ...['var/cache/apt', 'var/lib/apt/lists', 'dev'].map((path) => join(context, 'root', path)),
    ])
    await run('cp', [nodeProgram, join(context, 'node')])
    await run('cp', ['--recursive', await npmFolder(), join(context, 'npm')])
    await writeFile(join(context, 'Containerfile'), containerfile)
    await buildImage(site, { name, context, containerfile: join(context, 'Containerfile') })
  },
}

async function npmFolder(): Promise<string> {
  const npm = (await run('sh', ['-c', 'command -v npm'])).trim()
  return dirname(dirname(await realpath(npm)))
}

/** The Debian that this machine is, from where it gets it itself. */
async function debian(): Promise<{ readonly suite: string; readonly mirror: string }> {
  const format = '$(ORIGIN)|$(CODENAME)|$(COMPONENT)|$(REPO_URI)'
  const targets = await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'])
  const found = /^Debian\|(\w+)\|main\|(\S+)$/m.exec(targets)
  const [, suite = '', mirror = ''] = found ?? []
  if (found === null) throw new Error('apt-get knows no Debian mirror; the base of the build needs one')
  return { suite, mirror }
}
