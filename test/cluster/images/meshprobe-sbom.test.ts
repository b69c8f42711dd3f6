import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import t from 'tap'

import { built } from './built.ts'
import { repository } from './meshprobe.ts'

interface Package {
  readonly name: string
  readonly versionInfo: string
  readonly checksums?: readonly object[]
}

const { rootfs } = await built(t, 'meshprobe')
const sbom = JSON.parse(await readFile(join(rootfs, 'sbom.spdx.json'), 'utf8'))
const packages: readonly Package[] = sbom.packages
const named = packages.map(({ name }) => name)

t.test('the bill of materials names all packages that the bundle is made of', async (t) => {
  const options = { bundle: true, platform: 'node', format: 'esm', metafile: true, write: false } as const
  const external = ['supports-color'] // as `build.ts` has it
  const entryPoints = [join(repository, 'src/main.ts')]
  const { metafile } = await build({ ...options, external, entryPoints, absWorkingDir: repository })
  const bundled = Object.keys(metafile.inputs).flatMap(
    (path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  )
  t.ok(bundled.length > 0)
  t.same(
    bundled.filter((name) => !named.includes(name)),
    [],
  )
})

t.test('the bill of materials names what is depended on, as it is installed, and no tool', async (t) => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    await readFile(join(repository, 'package.json'), 'utf8'),
  )
  for (const [name, version] of Object.entries(dependencies)) {
    t.match(
      packages.find((each) => each.name === name),
      { versionInfo: version, checksums: [{ algorithm: 'SHA512' }] },
    )
  }
  const tools = Object.keys({ ...devDependencies, ...optionalDependencies })
  t.same(
    named.filter((name) => tools.includes(name)),
    [],
  )
})

t.test('the bill of materials is SPDX, without a time or a number that changes', async (t) => {
  t.equal(sbom.spdxVersion, 'SPDX-2.3')
  t.equal(sbom.creationInfo.created, '1970-01-01T00:00:00Z')
  t.match(sbom.documentNamespace, /meshprobe@[\d.]+-[0-9a-f]{64}$/)
})
