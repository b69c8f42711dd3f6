import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { run } from '../lab/run.ts'
import { buildImage } from './buildah.ts'
import type { Image } from './image.ts'
import { nodeBuild } from './node-build.ts'
import { nodeRuntime } from './node-runtime.ts'
import { freshScratch } from './site.ts'

const repository = join(import.meta.dirname, '../../..')
const sources = ['.dockerignore', '.npmrc', 'package.json', 'package-lock.json', 'build.ts', 'sbom.ts', 'src']

/** The product, by the Dockerfile that users build it with. */
export const meshprobe: Image = {
  name: 'docker.io/lab/meshprobe:dev',
  inputs: async () => [import.meta.filename, ...['Dockerfile', ...sources].map((path) => join(repository, path))],
  bases: [nodeBuild, nodeRuntime],
  async build(site, name, [buildBase = '', runtimeBase = '']) {
    const scratch = await freshScratch(site)
    const { version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'))
    await buildImage(site, {
      name,
      context: repository,
      containerfile: join(repository, 'Dockerfile'),
      args: { BUILD_IMAGE: buildBase, RUNTIME_IMAGE: runtimeBase, VERSION: version, REVISION: 'dev' },
      secrets: await npmSecrets(scratch),
    })
  },
}

/** How this machine reaches the registry: its npm settings, and the authorities it trusts. */
async function npmSecrets(scratch: string): Promise<Readonly<Record<string, string>>> {
  const own = await Promise.all(['globalconfig', 'userconfig'].map(npmConfig))
  const authorities = process.env['NODE_EXTRA_CA_CERTS'] ?? '/etc/ssl/certs/ca-certificates.crt'
  const npmrc = join(scratch, 'npmrc')
  const lines = own
    .join('\n')
    .split('\n')
    .filter((line) => !/^\s*(cafile|nodedir|prefix)\s*=/.test(line))
  if (!existsSync(authorities)) {
    await writeFile(npmrc, lines.join('\n'))
    return { npmrc }
  }
  await writeFile(npmrc, [...lines, 'cafile=/run/secrets/ca', ''].join('\n'))
  return { npmrc, ca: authorities }
}

async function npmConfig(which: string): Promise<string> {
  const path = (await run('npm', ['config', 'get', which])).trim()
  return readFile(path, 'utf8').catch(() => '')
}
