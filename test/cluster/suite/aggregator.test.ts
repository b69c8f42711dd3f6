import { setTimeout as sleep } from 'node:timers/promises'

import t from 'tap'

import { aggregatorsOf, lookAround } from '../faults/scene.ts'
import { healFault, readFault, setFault } from '../faults/set-fault.ts'
import { kubectl } from '../lab/kubectl.ts'
import { until } from '../lab/until.ts'
import { diagnose } from '../observe/diagnose.ts'
import { findingEvents } from '../observe/events.ts'
import { leaderOf } from '../observe/leader.ts'
import { listenTo } from '../observe/listening.ts'
import { tryNaming } from '../observe/naming.ts'
import { inShort } from '../observe/story.ts'
import { heardMesh } from './heard-mesh.ts'
import { skipUnless } from './rotation.ts'
import { toldRight } from './told-right.ts'

const heldMs = 30_000
const almostAll = 0.99

t.test('the node of the leading aggregator is cut off: the other one names it', skipUnless(1), async (t) => {
  const mesh = await heardMesh(t)
  const leader = await leaderOf(mesh.watch)
  const naming = await tryNaming([readFault(`pod_network_cut=${leader.host}`)], { ...mesh, heldMs })
  toldRight(t, [...naming.complaints, ...naming.kept], inShort(naming.story))
  t.ok(naming.rounds.share >= almostAll, `${naming.rounds.node} ran ${naming.rounds.share} of its rounds`)
  t.not((await leaderOf(mesh.watch)).pod, leader.pod, 'the other one leads')
  const told = naming.events.filter(({ about, type }) => about === `Node/${leader.host}` && type === 'Warning')
  t.same(
    told.map(({ reason }) => reason),
    ['PodNetworkCut'],
    'told once to Kubernetes',
  )
})

t.test('the leading aggregator is killed during a fault: nothing is lost, or told twice', skipUnless(1), async (t) => {
  const mesh = await heardMesh(t)
  const { plan, watch } = mesh
  const scene = await lookAround(plan)
  const written = readFault('dns_replica_external=dns-2')
  const began = Date.now()
  const listening = await listenTo(watch, [written], scene)
  const leader = await leaderOf(watch)
  await setFault(written, plan, scene)
  t.teardown(() => healFault(written).catch(() => {}))
  listening.wasSet()
  await listening.untilNamed()
  t.comment(inShort(listening.story()))
  const { namedSeconds } = listening.story()
  t.ok(namedSeconds !== undefined && namedSeconds <= listening.limits.named, `named after ${namedSeconds} s`)
  const { text, code, seconds } = await diagnose()
  t.equal(code, 1, text)
  t.match(text, /dns_replica_external/, 'who asks is told as well')
  t.ok(seconds <= 1, `in ${seconds.toFixed(2)} s`)
  const [, name = ''] = leader.pod?.split('/') ?? []
  await kubectl(['-n', 'meshprobe', 'delete', 'pod', name, '--grace-period=0', '--force'])
  const all = (await aggregatorsOf(plan)).length
  await until({ what: 'the new aggregator saying the same', timeoutMs: 90_000, everyMs: 500 }, async () => {
    watch.follow((await aggregatorsOf(plan)).filter(({ uid }) => uid !== leader.uid))
    const saying = watch.now().filter(({ findings }) => findings.some(({ fault }) => fault === 'dns_replica_external'))
    return saying.length >= Math.max(2, all) ? true : undefined
  })
  t.not((await leaderOf(watch)).pod, leader.pod, 'another one leads')
  await healFault(written)
  await watch.untilQuiet(listening.limits.closed * 1000)
  t.same(listening.story().others, [], 'no other finding')
  const told = async () => (await findingEvents(began)).map(({ type, reason }) => `${type} ${reason}`)
  // Who says it is over writes so a moment later; who would write it twice does so when it judges the same round.
  await until({ what: 'the Event of its end', timeoutMs: 30_000, everyMs: 500 }, async () =>
    (await told()).some((one) => one.startsWith('Normal')) ? true : undefined,
  )
  await sleep(heldMs)
  t.same(
    await told(),
    ['Warning DnsReplicaExternal', 'Normal DnsReplicaExternal'],
    'Events of its beginning and of its end',
  )
})

for (const [what, written] of [
  ['API servers hang while a node is cut off', ['apiserver_frozen=cluster', 'pod_network_cut=w3']],
  ['two faults in different layers', ['dns_replica_external=dns-1', 'mtu_hole=w5']],
] as const) {
  t.test(`${what}: both are named, and nothing else`, skipUnless(3), async (t) => {
    const mesh = await heardMesh(t)
    const naming = await tryNaming(written.map(readFault), { ...mesh, heldMs })
    toldRight(t, [...naming.complaints, ...naming.kept], inShort(naming.story))
    t.ok(naming.rounds.share >= almostAll, `${naming.rounds.node} ran ${naming.rounds.share} of its rounds`)
  })
}
