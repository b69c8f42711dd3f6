import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { run } from '../lab/run.ts'
import { buildImage } from './buildah.ts'
import type { Image } from './image.ts'
import { nodeBuild } from './node-build.ts'
import { nodeRuntime } from './node-runtime.ts'
import { freshScratch, type Site } from './site.ts'

export const repository = join(import.meta.dirname, '../../..')

const own = ['Dockerfile', '.dockerignore', '.npmrc', 'build.ts', 'sbom.ts', 'src']
/** All that the Dockerfile sees of the repository, and itself. */
export const sources = [...own, 'package.json', 'package-lock.json']

/** The product, by the Dockerfile that users build it with. */
export const meshprobe: Image = {
  name: 'docker.io/lab/meshprobe:dev',
  inputs: async () => [import.meta.filename, ...sources.map((path) => join(repository, path))],
  bases: [nodeBuild, nodeRuntime],
  build: (site, name, bases) => buildMeshprobe(site, { context: repository, name, bases }),
}

export interface Wanted {
  /** A folder with the sources. */
  readonly context: string
  readonly name: string
  readonly bases: readonly string[]
}

export async function buildMeshprobe(site: Site, { context, name, bases }: Wanted): Promise<void> {
  const [buildBase = '', runtimeBase = ''] = bases
  const scratch = await freshScratch(site)
  const { version } = JSON.parse(await readFile(join(context, 'package.json'), 'utf8'))
  const packages = join(site.cache, 'images/npm')
  await mkdir(packages, { recursive: true })
  await buildImage(site, {
    name,
    context,
    containerfile: join(context, 'Dockerfile'),
    args: { BUILD_IMAGE: buildBase, RUNTIME_IMAGE: runtimeBase, VERSION: version, REVISION: 'dev' },
    secrets: await npmSecrets(scratch),
    volumes: { [packages]: '/run/npm' },
  })
}

/**
 * How this machine reaches the registry: its npm settings, and the authorities it trusts. What was fetched once is not
 * fetched again: a lab has no way out.
 */
async function npmSecrets(scratch: string): Promise<Readonly<Record<string, string>>> {
  const own = (await Promise.all(['globalconfig', 'userconfig'].map(npmConfig))).join('\n').split('\n')
  const kept = own.filter((line) => !/^\s*(cache|cafile|nodedir|prefix)\s*=/.test(line))
  const authorities = process.env['NODE_EXTRA_CA_CERTS'] ?? '/etc/ssl/certs/ca-certificates.crt'
  const trusting = existsSync(authorities) ? { ca: authorities } : {}
  const trust = 'ca' in trusting ? ['cafile=/run/secrets/ca'] : []
  const npmrc = join(scratch, 'npmrc')
  await writeFile(npmrc, [...kept, ...trust, 'cache=/run/npm', 'prefer-offline=true', ''].join('\n'), { mode: 0o600 })
  return { npmrc, ...trusting }
}

async function npmConfig(which: string): Promise<string> {
  const path = (await run('npm', ['config', 'get', which])).trim()
  return readFile(path, 'utf8').catch(() => '')
}
