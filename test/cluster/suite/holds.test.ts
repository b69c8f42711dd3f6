import t, { type Test } from 'tap'

import { createPuller } from '../../../src/aggregator/pull.ts'
import type { Round } from '../../../src/model/round.ts'
import { createKeyring } from '../../../src/probes/keyring.ts'
import { expectedCells } from '../faults/expected-cells.ts'
import { lookAround } from '../faults/scene.ts'
import { healFault, readFault, setFault } from '../faults/set-fault.ts'
import { kubectl } from '../lab/kubectl.ts'
import { until } from '../lab/until.ts'
import { matricesOf, metricsPort, observe } from '../observe/rounds.ts'
import { untilClean } from '../observe/trial.ts'
import { judge } from '../observe/verdict.ts'
import { agentsRolledOut, fullRelease, meshKeys, uninstall } from './mesh.ts'
import { isInPart, partOfThisRun } from './rotation.ts'

const part = partOfThisRun()
const roundSeconds = 5

async function mesh(t: Test) {
  const scene = await fullRelease()
  const observer = await observe(scene)
  t.teardown(() => observer.close())
  await untilClean(observer, scene, Date.now())
  return { scene, observer, plan: scene.plan }
}

for (const [written, turn] of [
  ['node_off=w2', 0],
  ['pod_network_cut=w3', 2],
] as const) {
  t.test(`${written} is still visible after 5 minutes`, skipUnless(turn), async (t) => {
    const { scene, observer, plan } = await mesh(t)
    const set = readFault(written)
    await setFault(set, plan, scene)
    t.teardown(() => healFault(set).catch(() => {}))
    const setMs = Date.now()
    const rounds = await observer.rounds(setMs + 3000, 300 / roundSeconds)
    const last = rounds.filter(({ round }) => round * roundSeconds * 1000 > setMs + 270_000)
    const { missed, unexpected } = judge(matricesOf(last, scene), expectedCells(set.fault, set.target, scene), [])
    t.same(missed, [], 'what has to fail still fails')
    t.same(unexpected, [], 'nothing else fails')
    await healFault(set)
    t.same(await untilClean(observer, scene, Date.now() + 3000), [], 'clean after healing')
  })
}

t.test('agents go on while the API servers hang for 3 minutes', skipUnless(4), async (t) => {
  const { scene, observer, plan } = await mesh(t)
  const set = readFault('apiserver_frozen=cluster')
  await setFault(set, plan, scene)
  t.teardown(() => healFault(set).catch(() => {}))
  const wanted = 180 / roundSeconds
  const rounds = await observer.rounds(Date.now() + 3000, wanted)
  t.equal(rounds.length, wanted * plan.nodes.length, 'no round is missing')
  t.equal(longestStep(rounds), 1, 'and none was left out')
  const newest = Math.max(...rounds.map(({ round }) => round))
  const last = rounds.filter(({ round }) => round > newest - 2)
  const matrices = matricesOf(last, scene)
  const http = matrices.find(({ check }) => check === 'peer_http')
  for (const { name } of plan.nodes) t.equal(http?.cells.get(name)?.size, plan.nodes.length, `${name} forgot nobody`)
  t.same(judge(matrices, expectedCells(set.fault, set.target, scene), ['timeout']).unexpected, [])
  await healFault(set)
  t.same(await untilClean(observer, scene, Date.now() + 3000), [], 'clean after healing')
})

t.test('rotating the mesh key fails no probe', skipUnless(5), async (t) => {
  const { scene, observer } = await mesh(t)
  const started = Date.now()
  await fullRelease(['--set', 'meshKey.generation=2'])
  // A release with the first key again would be refused.
  t.teardown(() => uninstall())
  const signer = createKeyring([Buffer.from((await meshKeys()).next, 'base64')])
  const agents = scene.agents.map(({ host, ip, uid = '' }) => ({
    node: host,
    podUid: uid,
    host: ip,
    port: metricsPort,
  }))
  for (const agent of agents) {
    const puller = createPuller(agent, signer, Date.now)
    // The kubelet renews a volume within a minute and a half, the agent reads it within another minute.
    await until({ what: `${agent.node} taking the newest key`, timeoutMs: 200_000, everyMs: 2000 }, async () => {
      return puller.pull(AbortSignal.timeout(5000)).then(() => true as const)
    }).finally(() => puller.close())
  }
  t.comment(`every agent took the newest key after ${Math.round((Date.now() - started) / 1000)} s`)
  const rounds = observer.all().filter(({ round }) => round * roundSeconds * 1000 > started)
  t.same(judge(matricesOf(rounds, scene), [], []).unexpected, [])
})

t.test('a rolling restart of agents and of CoreDNS gives no lasting failure', skipUnless(6), async (t) => {
  const { scene, observer } = await mesh(t)
  const started = Date.now()
  await kubectl(['-n', 'meshprobe', 'rollout', 'restart', 'daemonset/meshprobe-agent'])
  await agentsRolledOut()
  await kubectl(['-n', 'kube-system', 'rollout', 'restart', 'deployment/coredns'])
  await kubectl(['-n', 'kube-system', 'rollout', 'status', 'deployment/coredns', '--timeout=120s'])
  t.comment(`restarted in ${Math.round((Date.now() - started) / 1000)} s`)
  const now = await lookAround(scene.plan)
  observer.follow(now)
  t.same(await untilClean(observer, now, Date.now()), [], 'clean afterwards')
})

function skipUnless(turn: number) {
  return { skip: isInPart(turn, part) ? false : 'another part of the rotation' }
}

/** The most rounds that an agent went on by from one record to its next: 1 when none is missing. */
function longestStep(rounds: readonly Round[]): number {
  const steps = [...Map.groupBy(rounds, ({ node }) => node).values()].flatMap((own) =>
    own.slice(1).map(({ round }, i) => round - (own[i]?.round ?? round)),
  )
  return Math.max(...steps)
}
