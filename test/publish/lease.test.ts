import t, { type Test } from 'tap'

import { systemClock } from '../../src/agent/system-clock.ts'
import { createElection, type Election } from '../../src/publish/lease.ts'
import type { Reach } from '../../src/publish/reach.ts'
import { type Client, type ClusterApi, noPrograms, openClusterApi } from '../support/cluster-api.ts'
import { until } from '../support/until.ts'

const durationMs = 2000
const renewMs = 500
const all: Reach = { seen: 10, known: 10, atMs: 0 }

interface Replica {
  readonly election: Election
  readonly client: Client
  readonly lines: readonly string[]
  /** When leadership began or ended, monotonic. */
  readonly turns: readonly { readonly isLeader: boolean; readonly atMs: number }[]
  see(seen: number): void
  /** Resolves when it has let go. */
  stop(): Promise<void>
  /** Ends without a word to the API server. */
  die(): Promise<void>
}

async function startReplica(t: Test, cluster: ClusterApi, identity: string, name = 'meshprobe'): Promise<Replica> {
  const client = await cluster.as('aggregator')
  const lines: string[] = []
  const turns: { isLeader: boolean; atMs: number }[] = []
  const stopping = new AbortController()
  let seen = all.seen
  const election = createElection({
    ...{ server: client.server, namespace: 'meshprobe', name, identity, durationMs, renewMs },
    ...{ clock: systemClock, random: Math.random },
    reach: () => ({ seen, known: 10, atMs: Date.now() }),
    log: (line) => lines.push(line),
  })
  election.onChange(() => {
    const isLeader = election.isLeader()
    if ((turns.at(-1)?.isLeader ?? false) !== isLeader) turns.push({ isLeader, atMs: performance.now() })
  })
  const ended = election.run(stopping.signal)
  const stop = async () => {
    stopping.abort()
    await ended
  }
  t.teardown(stop)
  return {
    ...{ election, client, lines, turns, stop },
    see(now) {
      seen = now
    },
    async die() {
      client.relay.cut()
      await stop()
    },
  }
}

const leaseOf = async (cluster: ClusterApi, name = 'meshprobe') =>
  JSON.parse(await cluster.kubectl(['-n', 'meshprobe', 'get', 'lease', name, '-o', 'json']))
const leads = ({ election }: Replica, ms = 5000) => until(election.isLeader, ms)

t.test('on a real API server', { skip: noPrograms, timeout: 240_000 }, async (t) => {
  const cluster = await openClusterApi(t)
  await cluster.grant('aggregator', {
    meshprobe: [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create', 'patch'] }],
  })

  await t.test('one of two leads, both know who, and both say what they see', async (t) => {
    const [a, b] = [await startReplica(t, cluster, 'a'), await startReplica(t, cluster, 'b')]
    await until(() => a.election.holder() !== undefined && a.election.holder() === b.election.holder(), 20_000)
    t.equal([a, b].filter(({ election }) => election.isLeader()).length, 1)
    const [first, second] = a.election.isLeader() ? [a, b] : [b, a]
    await until(() => second.client.requests.filter(({ ok }) => ok).length >= 3)
    const { metadata, spec } = await leaseOf(cluster)
    t.match(spec, { holderIdentity: first.election.holder(), leaseDurationSeconds: 2, leaseTransitions: 0 })
    for (const name of ['a', 'b'])
      t.match(JSON.parse(metadata.annotations[`reach.meshprobe.io/${name}`]), { seen: 10, known: 10 })
    await new Promise((resolve) => setTimeout(resolve, durationMs * 1.5))
    t.strictSame([first.turns.length, second.turns.length], [1, 0], 'and it stays so')

    await first.stop()
    t.equal(first.election.isLeader(), false)
    const startMs = performance.now()
    await leads(second)
    t.ok(performance.now() - startMs < durationMs, 'what was let go of need not expire')
    t.strictSame([...first.lines, ...second.lines], [])
    await second.stop()
    t.equal((await leaseOf(cluster)).spec.holderIdentity, '')
  })

  await t.test('a holder that is cut off stops before another begins', async (t) => {
    const a = await startReplica(t, cluster, 'a')
    await leads(a)
    const b = await startReplica(t, cluster, 'b')
    await until(() => b.election.holder() === 'a')
    for (const how of ['freeze', 'cut'] as const) {
      const [leader, other] = a.election.isLeader() ? [a, b] : [b, a]
      const before = leader.lines.length
      leader.client.relay[how]()
      await leads(other, durationMs * 4)
      t.equal(leader.election.isLeader(), false)
      const [ended, began] = [leader.turns.at(-1), other.turns.at(-1)]
      t.ok(ended?.isLeader === false && began?.isLeader === true)
      t.ok((began?.atMs ?? 0) - (ended?.atMs ?? 0) > durationMs / 10, 'with some time between them')
      t.equal(leader.lines.length, before + 1, leader.lines.join('\n'))
      t.match(
        leader.lines.at(-1),
        /^Could not renew or read leases.coordination.k8s.io meshprobe in namespace meshprobe/,
      )
      leader.client.relay.heal()
      await until(() => leader.election.holder() === other.election.holder() && other.election.isLeader(), 20_000)
      t.equal(leader.election.isLeader(), false, 'who comes back does not take it away again')
      await until(() => leader.lines.at(-1) === 'The API server answers again about the Lease', 20_000)
    }
  })

  await t.test('an outage of the API server ends leadership, and afterwards there is one leader again', async (t) => {
    const [a, b] = [await startReplica(t, cluster, 'a', 'outage'), await startReplica(t, cluster, 'b', 'outage')]
    await until(() => a.election.isLeader() || b.election.isLeader(), 20_000)
    for (const { client } of [a, b]) client.relay.freeze()
    await until(() => !a.election.isLeader() && !b.election.isLeader(), durationMs * 2)
    await new Promise((resolve) => setTimeout(resolve, durationMs * 2))
    t.equal(a.election.holder(), undefined)
    for (const { client } of [a, b]) client.relay.heal()
    await until(() => a.election.isLeader() !== b.election.isLeader(), durationMs * 4)
    await until(() => a.election.holder() === b.election.holder(), 20_000)
  })

  await t.test('a holder that sees less than half lets go when another sees more', async (t) => {
    const a = await startReplica(t, cluster, 'a', 'sight')
    await leads(a)
    a.see(4)
    await until(() => a.client.requests.length > 8, 20_000)
    t.ok(a.election.isLeader(), 'nobody else is there')
    const b = await startReplica(t, cluster, 'b', 'sight')
    b.see(3)
    await until(() => b.client.requests.length > 4, 20_000)
    t.ok(a.election.isLeader(), 'the other sees even less')
    t.notOk(a.election.isOutranked())
    t.ok(b.election.isOutranked(), 'three are fewer than four, and less than half')
    b.see(9)
    await leads(b, 5000)
    t.equal(a.election.isLeader(), false)
    await until(() => a.election.holder() === 'b')
    t.ok(a.election.isOutranked())
    t.notOk(b.election.isOutranked())
    a.see(10)
    t.notOk(a.election.isOutranked(), 'who sees enough is as good as any')
    await new Promise((resolve) => setTimeout(resolve, durationMs))
    t.ok(b.election.isLeader(), 'who sees more does not take it away from who sees enough')
    a.see(4)
    a.client.relay.cut()
    await until(() => a.election.isOutranked(), 20_000)
    t.pass('who sees little and does not reach the API server either')
    a.client.relay.heal()
    await b.die()
    await leads(a, durationMs * 4)
    t.notOk(a.election.isOutranked())
    t.pass('what a dead replica saw keeps nobody from leading')
  })

  await t.test('of many who begin at once one leads, whoever creates the Lease', async (t) => {
    const names = ['a', 'b', 'c', 'd']
    const replicas = await Promise.all(names.map((name) => startReplica(t, cluster, name, 'race')))
    const holders = () => new Set(replicas.map(({ election }) => election.holder()))
    await until(() => holders().size === 1 && !holders().has(undefined), 20_000)
    t.equal(replicas.filter(({ election }) => election.isLeader()).length, 1)
    t.strictSame(
      replicas.flatMap(({ lines }) => lines),
      [],
    )
  })

  await t.test('a Lease that somebody deletes or takes is lost, and found again', async (t) => {
    const a = await startReplica(t, cluster, 'a', 'gone')
    await leads(a)
    const created = () => a.client.requests.filter(({ verb, ok }) => verb === 'create' && ok).length
    await cluster.kubectl(['-n', 'meshprobe', 'delete', 'lease', 'gone'])
    await until(() => created() === 2, 20_000)
    await leads(a)
    const patch = JSON.stringify({ spec: { holderIdentity: 'somebody' } })
    await cluster.kubectl(['-n', 'meshprobe', 'patch', 'lease', 'gone', '--type=merge', '-p', patch])
    await until(() => !a.election.isLeader(), 20_000)
    t.equal(a.election.holder(), 'somebody')
    await leads(a, durationMs * 3)
  })

  await t.test('without the right it says which, and tries on', async (t) => {
    await cluster.grant('nobody', {})
    const client = await cluster.as('nobody')
    const lines: string[] = []
    const stop = new AbortController()
    const election = createElection({
      ...{ server: client.server, namespace: 'meshprobe', name: 'meshprobe', identity: 'n', durationMs, renewMs },
      ...{ clock: systemClock, random: Math.random, reach: () => undefined, log: (line: string) => lines.push(line) },
    })
    const ended = election.run(stop.signal)
    await until(() => client.requests.length >= 3, 20_000)
    t.equal(lines.length, 1)
    t.match(lines[0], /^May not create or patch leases.coordination.k8s.io meshprobe in namespace meshprobe, .* Role/)
    stop.abort()
    await ended
  })
})
