import t, { type Test } from 'tap'

import { createPuller } from '../../../src/aggregator/pull.ts'
import type { Round } from '../../../src/model/round.ts'
import { createKeyring } from '../../../src/probes/keyring.ts'
import { expectedCells } from '../faults/expected-cells.ts'
import { aggregatorsOf } from '../faults/scene.ts'
import { healFault, readFault, setFault } from '../faults/set-fault.ts'
import { until } from '../lab/until.ts'
import { staleCells } from '../observe/ask-aggregator.ts'
import { listenTo } from '../observe/listening.ts'
import { matricesOf, metricsPort } from '../observe/rounds.ts'
import { shareOfRounds } from '../observe/rounds-run.ts'
import { inShort, nameOf } from '../observe/story.ts'
import { untilClean } from '../observe/trial.ts'
import { judge } from '../observe/verdict.ts'
import { type HeardMesh, heardMesh } from './heard-mesh.ts'
import { fullRelease, meshKeys, uninstall } from './mesh.ts'
import { skipUnless } from './rotation.ts'
import { toldRight } from './told-right.ts'

const roundSeconds = 5
const almostAll = 0.99

async function mesh(t: Test): Promise<HeardMesh> {
  const heard = await heardMesh(t)
  await untilClean(heard.observer, heard.scene, Date.now())
  return heard
}

for (const [written, turn] of [
  ['node_off=w2', 0],
  ['pod_network_cut=w3', 2],
] as const) {
  t.test(`${written} is still visible after 5 minutes, and told`, skipUnless(turn), async (t) => {
    const { scene, observer, plan, watch } = await mesh(t)
    const set = readFault(written)
    const listening = await listenTo(watch, [set], scene)
    await setFault(set, plan, scene)
    listening.wasSet()
    t.teardown(() => healFault(set).catch(() => {}))
    const setMs = Date.now()
    const rounds = await observer.rounds(setMs + 3000, 300 / roundSeconds)
    const last = rounds.filter(({ round }) => round * roundSeconds * 1000 > setMs + 270_000)
    const { missed, unexpected } = judge(matricesOf(last, scene), expectedCells(set.fault, set.target, scene), [])
    t.same(missed, [], 'what has to fail still fails')
    t.same(unexpected, [], 'nothing else fails')
    const { share, node } = shareOfRounds(rounds, plan, [setMs + 3000, setMs + 290_000])
    t.ok(share >= almostAll, `${node} ran ${share} of its rounds`)
    for (const { by } of watch.now().filter(({ by }) => by.host !== set.target))
      t.same(await staleCells(by, set.target), [], 'what the node saw before has expired')
    await healFault(set)
    listening.wasHealed()
    t.same(await untilClean(observer, scene, Date.now() + 3000), [], 'clean after healing')
    // From a node that is off for minutes pods are evicted: one that is gone has its last word for ever.
    watch.follow(await aggregatorsOf(plan))
    await listening.untilClosed()
    toldRight(t, listening.complaints(), inShort(listening.story()))
  })
}

t.test('agents go on while the API servers hang for 3 minutes', skipUnless(4), async (t) => {
  const { scene, observer, plan, watch } = await mesh(t)
  const set = readFault('apiserver_frozen=cluster')
  const listening = await listenTo(watch, [set], scene)
  await setFault(set, plan, scene)
  listening.wasSet()
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
  listening.wasHealed()
  t.same(await untilClean(observer, scene, Date.now() + 3000), [], 'clean after healing')
  await listening.untilClosed()
  toldRight(t, listening.complaints(), inShort(listening.story()))
})

t.test('rotating the mesh key fails no probe', skipUnless(5), async (t) => {
  const { scene, observer, watch } = await mesh(t)
  const started = Date.now()
  await fullRelease(['--set', 'meshKey.generation=2'])
  // A release with the first key again would be refused. Whatever comes of it, the others have to end too.
  t.teardown(() => uninstall().catch((error: unknown) => t.comment(`not uninstalled: ${error}`)))
  const signer = createKeyring([Buffer.from((await meshKeys()).next, 'base64')])
  const agents = scene.agents.map(({ host, ip, uid = '' }) => ({
    node: host,
    podUid: uid,
    host: ip,
    port: metricsPort,
  }))
  for (const agent of agents) {
    const puller = createPuller(agent, { signer, wallMs: Date.now })
    // The kubelet renews a volume within a minute and a half, the agent reads it within another minute.
    await until({ what: `${agent.node} taking the newest key`, timeoutMs: 200_000, everyMs: 2000 }, async () => {
      return puller.pull(AbortSignal.timeout(5000)).then(() => true as const)
    }).finally(() => puller.close())
  }
  t.comment(`every agent took the newest key after ${Math.round((Date.now() - started) / 1000)} s`)
  const rounds = observer.all().filter(({ round }) => round * roundSeconds * 1000 > started)
  t.same(judge(matricesOf(rounds, scene), [], []).unexpected, [])
  t.same(watch.told().map(nameOf), [], 'nor does anybody name anything')
})

/** The most rounds that an agent went on by from one record to its next: 1 when none is missing. */
function longestStep(rounds: readonly Round[]): number {
  const steps = [...Map.groupBy(rounds, ({ node }) => node).values()].flatMap((own) =>
    own.slice(1).map(({ round }, i) => round - (own[i]?.round ?? round)),
  )
  return Math.max(...steps)
}
