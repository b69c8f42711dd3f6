import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

import { runHere } from '../support/cli.ts'
import { at, named, render, settingsFile, type Values } from './helm.ts'

const domain = 'meshprobe.svc.cluster.local'

t.test(
  'helm test runs every check, asks DNS for our Service, and whether metrics and aggregators are there',
  async (t) => {
    const pod = named(await render(), 'Pod/meshprobe-test')
    t.strictSame(at(pod, 'spec/containers/0/args'), [
      'check',
      '--patience=30',
      '--config',
      '/etc/meshprobe/config.json',
      `--checks.dns_service.internalName=meshprobe.${domain}`,
      `--checks.external.targets=http://meshprobe-peers.${domain}:7791/metrics,http://meshprobe-aggregator.${domain}:7793/readyz`,
    ])
    const alone = named(await render({ 'aggregator.enabled': false }), 'Pod/meshprobe-test')
    t.equal(
      at(alone, 'spec/containers/0/args/5'),
      `--checks.external.targets=http://meshprobe-peers.${domain}:7791/metrics`,
    )
  },
)

t.test('the program understands what it is told there', async (t) => {
  const external = { targets: ['dns:a.example', 'tcp:b.example:25'] }
  const values = {
    config: { metrics: { port: 8791 }, checks: { external, dns_service: { clusterDomain: 'c.example' } } },
    'tests.extraArgs': ['--checks.nodeport.enabled=false'],
  }
  const stdout = await settingsOfTest(t.testdir(), values)
  const metrics = 'http://meshprobe-peers.meshprobe.svc.c.example:8791/metrics'
  const ready = 'http://meshprobe-aggregator.meshprobe.svc.c.example:7793/readyz'
  t.match(
    stdout.replaceAll(/\s+/g, ' '),
    new RegExp(`targets: \\[ ?dns:a.example, tcp:b.example:25, ${metrics}, ${ready},? ?\\]`),
  )
  t.match(stdout, 'internalName: meshprobe.meshprobe.svc.c.example')
  t.match(stdout, /nodeport:\n +enabled: false/)
})

t.test('the test pod is a hook that is gone once it succeeded, and an agent in all that counts', async (t) => {
  const image = { digest: `sha256:${'a'.repeat(64)}`, pullPolicy: 'Always' }
  const objects = await render({ image, 'global.imagePullSecrets': ['s'] })
  const [pod, agent] = [named(objects, 'Pod/meshprobe-test'), named(objects, 'DaemonSet/meshprobe-agent')]
  t.match(pod, {
    metadata: {
      annotations: {
        'helm.sh/hook': 'test',
        'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
      },
    },
    spec: { restartPolicy: 'Never' },
  })
  for (const field of [
    'securityContext',
    'tolerations',
    'affinity',
    'imagePullSecrets',
    'serviceAccountName',
    'volumes',
  ])
    t.strictSame(at(pod, `spec/${field}`), at(agent, `spec/template/spec/${field}`), field)
  for (const field of ['image', 'imagePullPolicy', 'securityContext', 'volumeMounts', 'resources'])
    t.strictSame(at(pod, `spec/containers/0/${field}`), at(agent, `spec/template/spec/containers/0/${field}`), field)
})

t.test('to the test pod the agent of its own node is a peer: it has no node', async (t) => {
  const env = at(named(await render(), 'Pod/meshprobe-test'), 'spec/containers/0/env')
  t.strictSame(env, [
    { name: 'POD_IPS', valueFrom: { fieldRef: { fieldPath: 'status.podIPs' } } },
    { name: 'HOST_IP', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } },
  ])
})

t.test('there need not be a test', async (t) => {
  t.notOk((await render({ 'tests.enabled': false })).some(({ kind }) => kind === 'Pod'))
})

/** The settings in effect in the test pod, as the program prints them. */
async function settingsOfTest(folder: string, values: Values): Promise<string> {
  const objects = await render(values)
  const file = join(folder, 'config.json')
  writeFileSync(file, settingsFile(objects))
  const args = at(named(objects, 'Pod/meshprobe-test'), 'spec/containers/0/args')
  if (!Array.isArray(args)) throw new TypeError(`Expected arguments, got ${args}`)
  // Its patience and its file are not settings.
  const [command, , , , ...flags] = args.map(String)
  if (command !== 'check') throw new TypeError(`Expected check, got ${command}`)
  const { code, stdout, stderr } = await runHere(['config', '--config', file, ...flags])
  if (code !== 0) throw new Error(stderr)
  return stdout
}
