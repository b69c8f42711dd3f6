import t from 'tap'

import { lookAround } from '../faults/scene.ts'
import { bringBack, drain, reboot, scaleIn, scaleOut } from '../lab/comings-and-goings.ts'
import { kubectl } from '../lab/kubectl.ts'
import { until } from '../lab/until.ts'
import { untilClean } from '../observe/trial.ts'
import { heardMesh, saidDuring } from './heard-mesh.ts'
import { agentsRolledOut } from './mesh.ts'
import { skipUnless } from './rotation.ts'

t.test('a rolling restart of agents, CoreDNS and aggregators is no finding', skipUnless(6), async (t) => {
  // As by default: one agent after the other. All at once is no rolling update, and half of a mesh is then not heard.
  const mesh = await heardMesh(t, ['--set', 'agent.updateStrategy.maxUnavailable=1'])
  const restarted = async (namespace: string, what: string) => {
    await kubectl(['-n', namespace, 'rollout', 'restart', what])
    await kubectl(['-n', namespace, 'rollout', 'status', what, '--timeout=180s'], {
      timeoutMs: 190_000,
    })
  }
  const agents = () => restarted('meshprobe', 'daemonset/meshprobe-agent')
  t.same(await saidDuring(mesh, 'rolling-agents', agents), [], 'agents')
  const dns = () => restarted('kube-system', 'deployment/coredns')
  t.same(await saidDuring(mesh, 'rolling-dns', dns), [], 'CoreDNS')
  const aggregators = () => restarted('meshprobe', 'deployment/meshprobe-aggregator')
  t.same(await saidDuring(mesh, 'rolling-aggregators', aggregators), [], 'aggregators')
  const now = await lookAround(mesh.plan)
  mesh.observer.follow(now)
  t.same(await untilClean(mesh.observer, now, Date.now()), [], 'clean afterwards')
})

t.test('a cordoned node that is drained and rebooted is no finding', skipUnless(7), async (t) => {
  const mesh = await heardMesh(t)
  const [node] = mesh.plan.nodes.slice(-1)
  if (node === undefined) throw new Error('the lab has no nodes')
  t.teardown(() => bringBack(node))
  const said = await saidDuring(mesh, 'reboot', async () => {
    await drain(node)
    await reboot(node, 30_000)
    await until({ what: 'its agent coming back', timeoutMs: 90_000, everyMs: 1000 }, async () => {
      const scene = await lookAround(mesh.plan)
      return scene.agents.length === mesh.plan.nodes.length ? true : undefined
    })
    await agentsRolledOut()
    await kubectl(['uncordon', node.name])
  })
  t.same(said, [])
})

t.test('scaling from 6 nodes to 3 and back is no finding', skipUnless(7), async (t) => {
  const mesh = await heardMesh(t)
  const leaving = mesh.plan.nodes.slice(3)
  t.teardown(() => Promise.all(leaving.map(bringBack)))
  const nodesOf = (scene: Awaited<ReturnType<typeof lookAround>>) => scene.agents.map(({ host }) => host)
  const agentsAre = (count: number) =>
    until({ what: `${count} agents`, timeoutMs: 150_000, everyMs: 1000 }, async () =>
      nodesOf(await lookAround(mesh.plan)).length === count ? true : undefined,
    )
  const smaller = await saidDuring(mesh, 'scale-in', async () => {
    // One after another, as an autoscaler drains.
    for (const node of leaving) await scaleIn(node)
    await agentsAre(mesh.plan.nodes.length - leaving.length)
  })
  t.same(smaller, [], 'in')
  await mesh.watch.untilQuiet(120_000)
  const larger = await saidDuring(mesh, 'scale-out', async () => {
    await Promise.all(leaving.map(scaleOut))
    await agentsAre(mesh.plan.nodes.length)
    await agentsRolledOut()
  })
  t.same(larger, [], 'out')
})
