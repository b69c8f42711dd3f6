import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import { built } from './built.ts'
import { repository } from './meshprobe.ts'

const bytesAtMost = 130_000_000
const { files, config, rootfs } = await built(t, 'meshprobe')

t.test('the image holds what runs, and nothing else', async (t) => {
  const base = /^\/(etc\/(passwd|group|nsswitch\.conf|ssl\/certs\/ca-certificates\.crt)|lib(64|\/[\w-]+)\/.*\.so\.\d+)$/
  t.same(
    files.filter((file) => !base.test(file)),
    [
      ...['/evaluator-thread.js', '/kube-cluster.js', '/kube-cluster.js.LEGAL.txt'],
      ...['/meshprobe.js', '/meshprobe.js.LEGAL.txt'],
      ...['/nodejs/bin/node', '/sbom.spdx.json'],
    ],
  )
})

t.test('the image is small', async (t) => {
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(rootfs, file))).size))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  t.comment(`${(bytes / 1e6).toFixed(1)} MB`)
  t.ok(bytes <= bytesAtMost, `${bytes} bytes, at most ${bytesAtMost}`)
})

t.test('the image says who runs what on which ports', async (t) => {
  const flags = ['--optimize-for-size', '--min-semi-space-size=2', '--max-semi-space-size=2']
  t.same(config.Entrypoint, ['/nodejs/bin/node', ...flags, '/meshprobe.js'])
  t.same(config.Cmd, ['agent'])
  t.equal(config.User, '65532:65532')
  t.same(Object.keys(config.ExposedPorts ?? {}).sort(), ['7790/tcp', '7790/udp', '7791/tcp', '7793/tcp'])
  t.equal(config.Healthcheck, undefined)
})

t.test('the image keeps nothing of the machine that built it', async (t) => {
  t.same(config.Env, ['PATH=/nodejs/bin', 'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt'])
  const { version, license, description } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'))
  const label = (name: string) => config.Labels?.[`org.opencontainers.image.${name}`]
  t.equal(label('title'), 'meshprobe')
  t.equal(label('version'), version)
  t.equal(label('licenses'), license)
  t.equal(label('description'), description)
  t.equal(label('revision'), 'dev')
  t.match(label('source'), /^https:/)
  t.equal(label('created'), '1970-01-01T00:00:00Z')
})
