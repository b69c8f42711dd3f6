import { basename } from 'node:path'

import t from 'tap'

import { chartFolder } from '../lab/chart.ts'
import { applyCrds } from '../lab/crds.ts'
import { helm, kubectl, tryKubectl } from '../lab/kubectl.ts'
import { until } from '../lab/until.ts'
import { matricesOf, observe } from '../observe/rounds.ts'
import { judge } from '../observe/verdict.ts'
import { ciValues, meshKeys, release, strictNamespace, uninstall } from './mesh.ts'
import { rightsOf } from './rights.ts'

t.test('the chart with default values', async (t) => {
  await strictNamespace()
  const started = Date.now()
  const scene = await release()
  const nodes = scene.plan.nodes.map(({ name }) => name)
  t.same(
    scene.agents.map(({ host }) => host),
    nodes,
    'every node has an agent, under PSS restricted',
  )
  const observer = await observe(scene)
  t.teardown(() => observer.close())

  await t.test('within 60 s every node has probed every other', async (t) => {
    const matrices = await until({ what: 'a full mesh', timeoutMs: 90_000, everyMs: 500 }, async () => {
      const [http] = matricesOf(observer.all(), scene).filter(({ check }) => check === 'peer_http')
      const full = nodes.every((from) => nodes.every((to) => http?.cells.get(from)?.has(to)))
      return full ? http : undefined
    })
    const seconds = Math.round((Date.now() - started) / 1000)
    t.comment(`${seconds} s after helm install`)
    t.ok(seconds <= 60, `after ${seconds} s`)
    t.ok(matrices)
  })

  await t.test('peers, DNS, API servers and ClusterIP are green', async (t) => {
    const matrices = matricesOf(await observer.rounds(Date.now(), 2), scene)
    t.same(judge(matrices, [], []).unexpected, [], 'no cell fails')
    const seen = new Set(matrices.map(({ check, variant }) => `${check}${variant === undefined ? '' : `/${variant}`}`))
    const wanted = ['peer_http', 'peer_tcp', 'peer_udp', 'peer_mtu', 'host_tcp', 'clusterip']
    const names = ['dns_replica', 'dns_service'].flatMap((check) => [`${check}/internal`, `${check}/external`])
    const api = ['apiserver_service', 'apiserver_dns', 'apiserver_endpoint']
    for (const check of [...wanted, ...names, ...api]) t.ok(seen.has(check), check)
  })

  await t.test('the agents know their zones', async (t) => {
    const rounds = await observer.rounds(Date.now() - 60_000, 1)
    const zones = new Map(rounds.map(({ node, zone }) => [node, zone]))
    t.same(
      nodes.map((node) => zones.get(node)),
      scene.plan.nodes.map(({ zone }) => zone),
    )
  })
})

t.test("the agent's account may do what the design says, and nothing more", async (t) => {
  t.same(await rightsOf('agent', 'meshprobe'), [
    'endpointslices.discovery.k8s.io [] [] [list]',
    'events [] [] [create]',
    'services [] [meshprobe-canary] [get]',
    'services [] [meshprobe] [get]',
  ])
  t.same(await rightsOf('agent', 'default'), ['endpointslices.discovery.k8s.io [] [kubernetes] [get]'])
  t.same(await rightsOf('agent', 'kube-system'), ['endpointslices.discovery.k8s.io [] [] [list]'])
  t.same(await rightsOf('agent', 'kube-public'), [])
})

t.test("the aggregator's account may do what the design says, and nothing more", async (t) => {
  const nodes = 'nodes [] [] [list watch get]'
  t.same(await rightsOf('aggregator', 'meshprobe'), [
    'endpointslices.discovery.k8s.io [] [] [list create]',
    'endpointslices.discovery.k8s.io [] [meshprobe-canary] [update]',
    'events [] [] [list watch create]',
    'leases.coordination.k8s.io [] [] [create]',
    'leases.coordination.k8s.io [] [meshprobe-aggregator] [patch]',
    nodes,
    'pods [] [] [list watch]',
    'services [] [meshprobe-canary] [get]',
  ])
  t.same(await rightsOf('aggregator', 'default'), [
    'endpointslices.discovery.k8s.io [] [kubernetes] [list watch]',
    'events [] [] [create list]',
    nodes,
  ])
  t.same(await rightsOf('aggregator', 'kube-system'), [
    'endpointslices.discovery.k8s.io [] [] [list watch]',
    'events [] [] [create list]',
    nodes,
  ])
  t.same(await rightsOf('aggregator', 'kube-public'), [nodes])
})

t.test('an upgrade keeps the mesh key, and its generation rotates it', async (t) => {
  const before = await meshKeys()
  await release(['--set', 'config.slot=1s'])
  t.same(await meshKeys(), before, 'unchanged by an upgrade')
  await release(['--set', 'config.slot=1s', '--set', 'meshKey.generation=2'])
  const after = await meshKeys()
  t.equal(after.current, before.next)
  t.equal(after.previous, before.current)
  t.notOk(Object.values(before).includes(after.next), 'a new one comes next')
})

t.test('helm test passes', async (t) => {
  // One that failed stays, to be read, and would be taken for what an uninstall has left.
  t.teardown(() => tryKubectl(['-n', 'meshprobe', 'delete', 'pod', 'meshprobe-test', '--ignore-not-found']))
  try {
    t.match(await helm(['test', 'meshprobe', '-n', 'meshprobe', '--timeout', '120s']), /Phase:\s+Succeeded/)
  } catch (error) {
    const { stdout } = await tryKubectl(['-n', 'meshprobe', 'logs', 'meshprobe-test'])
    t.fail(`${error}`, { said: stdout })
  }
})

t.test('nothing is left after an uninstall, the mesh key included', async (t) => {
  t.same(await uninstall(), [])
})

t.test('the real API server takes what the chart makes, with all its example values', async (t) => {
  await applyCrds('prometheus', 'gateway')
  for (const file of await ciValues()) {
    // The test pod would need its account to exist.
    const values = ['-n', 'meshprobe', '-f', file, '--set', 'tests.enabled=false']
    const rendered = await helm(['template', 'meshprobe', chartFolder, '--validate', ...values])
    const dry = ['create', '--dry-run=server', '--validate=strict', '-f', '-']
    t.match(await kubectl(dry, { input: rendered }), /daemonset.apps\/meshprobe-agent/, basename(file))
  }
})
