import t, { type Test } from 'tap'

import { systemClock } from '../../src/agent/system-clock.ts'
import type { Clock } from '../../src/model/clock.ts'
import type { Fault } from '../../src/model/fault.ts'
import type { Entity, Finding } from '../../src/model/finding.ts'
import { createFindingEvents, type FindingEvents } from '../../src/publish/events.ts'
import type { Leading } from '../../src/publish/leadership.ts'
import { createElection, type Election } from '../../src/publish/lease.ts'
import {
  type Client,
  type ClusterApi,
  type Listed,
  noPrograms,
  openClusterApi,
  type Rights,
} from '../support/cluster-api.ts'
import { findingOf } from '../support/findings.ts'
import type { Relay } from '../support/relay.ts'
import { until } from '../support/until.ts'
import { createSwitch } from './switch.ts'

const verbs = ['create', 'list']
const events = { apiGroups: [''], resources: ['events'], verbs }
const slices = { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list'] }
const rights: Rights = {
  meshprobe: [events, { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create', 'patch'] }],
  default: [events],
  'kube-system': [events, slices],
  '': [{ apiGroups: [''], resources: ['nodes'], verbs: ['get'] }],
}
const home = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'meshprobe', name: 'meshprobe-aggregator' }

interface Teller {
  readonly events: FindingEvents
  readonly client: Client
  readonly lines: readonly string[]
  readonly stop: () => Promise<void>
}

interface TellerOptions {
  readonly account?: string
  readonly clock?: Clock
}

async function startTeller(
  t: Test,
  cluster: ClusterApi,
  leading: Leading,
  { account = 'aggregator', clock = systemClock }: TellerOptions = {},
): Promise<Teller> {
  const client = await cluster.as(account, { timeoutMs: 1500 })
  const lines: string[] = []
  const findingEvents = createFindingEvents({
    ...{ server: client.server, leading, home, namespaces: ['kube-system'], clock },
    ...{ teller: { namespace: 'meshprobe', identity: 'aggregator-1' }, random: Math.random },
    log: (line) => lines.push(line),
  })
  const stopping = new AbortController()
  const ended = findingEvents.run(stopping.signal)
  const stop = async () => {
    stopping.abort()
    await ended
  }
  t.teardown(stop)
  return { events: findingEvents, client, lines, stop }
}

/** Fresh for each test, so that what others told does not matter. */
let nodes = 0
const freshNode = (): Entity => ({ kind: 'node', name: `n${++nodes}` })
const now = (ms = 0) => new Date(Date.now() + ms).toISOString()
const found = (fault: Fault, entity: Entity, overrides: Partial<Finding> = {}) =>
  findingOf(fault, entity, { since: now(), ...overrides })
const closed = (finding: Finding): Finding => ({ ...finding, state: 'closed' })

t.test('on a real API server', { skip: noPrograms, timeout: 240_000 }, async (t) => {
  const cluster = await openClusterApi(t)
  await cluster.grant('aggregator', rights)
  await cluster.create(
    { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } },
    {
      ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', ports: [] },
      metadata: { name: 'dns', namespace: 'kube-system', labels: { 'kubernetes.io/service-name': 'kube-dns' } },
      endpoints: [
        {
          addresses: ['10.42.1.3'],
          targetRef: { kind: 'Pod', namespace: 'kube-system', name: 'coredns-a', uid: 'uid-of-a' },
        },
      ],
    },
  )
  /** In the order in which they were written. */
  const told = async (): Promise<readonly Listed[]> => {
    const rows = await cluster.list('events', '-A', '-l', 'meshprobe.io/aggregator=meshprobe')
    return rows.toSorted((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
  }
  const toldOf = async (name: string) =>
    (await told()).filter(({ involvedObject }) => (involvedObject as { name: string }).name === name)
  // On a busy machine a moment lasts seconds.
  const shortly = (rows: readonly Listed[]) =>
    rows.map(({ type, reason, message }) => `${type} ${reason} ${message}`.replace(/after \d+ s/, 'after a moment'))
  /** Waits until an object has so many Events. */
  const shows = async (name: string, count: number) => {
    for (let look = 0; look < 300; look++) {
      const rows = await toldOf(name)
      if (rows.length >= count) return rows
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return toldOf(name)
  }

  await t.test('a finding is told on its Node, and when it is over', async (t) => {
    const { events, lines } = await startTeller(t, cluster, createSwitch())
    const finding = found('pod_network_cut', freshNode())
    for (let round = 0; round < 3; round++) events.observe([finding])
    const [row] = await shows('n1', 1)
    const uid = await cluster.kubectl(['get', 'node', 'n1', '-o', 'jsonpath={.metadata.uid}'])
    t.match(row, {
      metadata: { namespace: 'default' },
      involvedObject: { kind: 'Node', name: 'n1', uid, namespace: undefined },
      ...{ reason: 'PodNetworkCut', type: 'Warning', message: 'n1: pods are cut off [pod_network_cut-n1]' },
    })
    events.observe([{ ...finding, state: 'recovering' }])
    events.observe([finding])
    events.observe([closed(finding)])
    events.observe([])
    t.strictSame(shortly(await shows('n1', 2)), [
      'Warning PodNetworkCut n1: pods are cut off [pod_network_cut-n1]',
      'Normal PodNetworkCut over after a moment: n1: pods are cut off [pod_network_cut-n1]',
    ])
    t.strictSame(lines, [])
    const table = await cluster.kubectl(['get', 'events', '-n', 'default'])
    t.match(table, /\ds\s+Warning\s+PodNetworkCut\s+node\/n1\s+n1: pods are cut off/)
  })

  await t.test('what is refined and what opens again is told as that', async (t) => {
    let aheadMs = 0
    const clock = { ...systemClock, wallMs: () => Date.now() + aheadMs }
    const { events } = await startTeller(t, cluster, createSwitch(), { clock })
    const entity = freshNode()
    const first = found('pod_network_out', entity, { id: 'x' })
    events.observe([first])
    await shows(entity.name, 1)
    const second: Finding = { ...first, fault: 'pod_network_cut', confidence: 'medium' }
    events.observe([second])
    events.observe([closed(second)])
    t.strictSame(shortly(await shows(entity.name, 3)), [
      'Warning PodNetworkOut n2: pods are cut off [x]',
      'Warning PodNetworkCut n2: pods are cut off (before taken for pod_network_out n2) [x, medium confidence]',
      'Normal PodNetworkCut over after a moment: n2: pods are cut off [x, medium confidence]',
    ])
    aheadMs = 90_000
    events.observe([second])
    t.match((await shows(entity.name, 4))[3], {
      type: 'Warning',
      message: 'again: n2: pods are cut off [x, medium confidence]',
    })
  })

  await t.test('each entity has its object; what has none is told at home', async (t) => {
    const { events, lines } = await startTeller(t, cluster, createSwitch())
    events.observe([
      found('dns_replica_down', { kind: 'pod', name: 'kube-system/coredns-a' }),
      found('dns_service', { kind: 'service', name: 'kube-system/kube-dns' }),
      found('apiserver_endpoint', { kind: 'api_server', name: 'kubernetes', endpoint: '192.0.2.1:6443' }),
      found('zone_cut', { kind: 'zone_pair', name: 'a|b' }),
      found('link', { kind: 'pair', name: 'left>right' }),
      found('ingress_down', { kind: 'ingress', name: 'elsewhere/shop' }),
    ])
    t.match(await shows('coredns-a', 1), [
      { metadata: { namespace: 'kube-system' }, involvedObject: { kind: 'Pod', uid: 'uid-of-a' } },
    ])
    t.match(await shows('kube-dns', 1), [
      { metadata: { namespace: 'kube-system' }, involvedObject: { kind: 'Service' } },
    ])
    t.match(await shows('kubernetes', 1), [{ metadata: { namespace: 'default' }, involvedObject: { kind: 'Service' } }])
    t.match(await shows('left', 1), [{ involvedObject: { kind: 'Node' }, reason: 'Link' }])
    const atHome = await shows('meshprobe-aggregator', 2)
    t.match(
      atHome.map(({ reason }) => reason),
      ['ZoneCut', 'IngressDown'],
      'also where we may not write Events',
    )
    t.ok(atHome.every(({ metadata }) => metadata.namespace === 'meshprobe'))
    t.strictSame(lines, [])
  })

  await t.test('a message is cut to the length that Kubernetes takes, in whole letters', async (t) => {
    const { events } = await startTeller(t, cluster, createSwitch())
    const entity = freshNode()
    events.observe([found('node_loss', entity, { text: 'ü'.repeat(2000), id: 'long' })])
    const [row] = await shows(entity.name, 1)
    const message = String(row?.['message'])
    t.ok(Buffer.byteLength(message) <= 1024 && Buffer.byteLength(message) > 900)
    t.match(message, /^ü+… \[long\]$/)
  })

  await t.test('a replica that begins to lead repeats nothing, and tells what was not told', async (t) => {
    const [switchA, switchB] = [createSwitch(), createSwitch(false)]
    const [a, b] = [await startTeller(t, cluster, switchA), await startTeller(t, cluster, switchB)]
    const [known, over, missed] = [freshNode(), freshNode(), freshNode()]
    const both = (findings: readonly Finding[]) => {
      a.events.observe(findings)
      // The other opened them a little later, and gave them ids of its own.
      b.events.observe(findings.map((f) => ({ ...f, id: `b-${f.id}`, since: now(70_000) })))
    }
    const [first, second] = [found('node_down', known), found('node_loss', over)]
    both([first, second])
    await shows(known.name, 1)
    await shows(over.name, 1)
    switchA.set(false)
    await a.stop()
    b.events.observe([first, second].map((f) => ({ ...f, id: `b-${f.id}`, since: now(70_000) })))
    b.events.observe([
      { ...first, id: `b-${first.id}` },
      { ...closed(second), id: `b-${second.id}` },
      found('mtu', missed, { id: 'b-mtu' }),
    ])
    switchB.set(true)
    t.strictSame(
      (await shows(over.name, 2)).map(({ type }) => type),
      ['Warning', 'Normal'],
    )
    t.equal((await shows(missed.name, 1)).length, 1)
    t.equal((await toldOf(known.name)).length, 1)
    b.events.observe([{ ...closed(first), id: `b-${first.id}` }, found('mtu', missed, { id: 'b-mtu' })])
    t.equal((await shows(known.name, 2)).length, 2, 'and it is the one that tells the end')
  })

  await t.test('what closed before a replica began is told again when it comes back', async (t) => {
    const entity = freshNode()
    const finding = found('pod_network_cut', entity, { since: now(-180_000) })
    const first = await startTeller(t, cluster, createSwitch())
    first.events.observe([finding])
    await shows(entity.name, 1)
    first.events.observe([closed(finding)])
    await shows(entity.name, 2)
    await first.stop()
    const second = await startTeller(t, cluster, createSwitch())
    const unheard = found('mtu', freshNode())
    const openedMs = Date.parse(finding.since)
    second.events.recall([finding, unheard], openedMs)
    second.events.recall([closed(finding), closed(unheard)], openedMs + 60_000)
    second.events.observe([finding])
    t.match(shortly(await shows(entity.name, 3)), [/^Warning/, /^Normal/, /^Warning PodNetworkCut /])
    t.strictSame(await toldOf(unheard.entity.name), [], 'what was over is no news')
  })

  await t.test('the same by a real election, while the leader is cut off', async (t) => {
    const entity = freshNode()
    const finding = found('kube_proxy', entity)
    const replicas: { election: Election; relay: Relay; teller: Teller }[] = []
    for (const identity of ['a', 'b']) {
      const own = await cluster.as('aggregator')
      const stop = new AbortController()
      const election = createElection({
        ...{ server: own.server, namespace: 'meshprobe', name: 'events', identity, durationMs: 2000, renewMs: 500 },
        ...{ clock: systemClock, random: Math.random, reach: () => undefined, log: () => {} },
      })
      const ended = election.run(stop.signal)
      t.teardown(async () => {
        stop.abort()
        await ended
      })
      replicas.push({ election, relay: own.relay, teller: await startTeller(t, cluster, election) })
    }
    await until(() => replicas.some(({ election }) => election.isLeader()), 20_000)
    for (const { teller } of replicas) teller.events.observe([finding])
    await shows(entity.name, 1)
    const [leader, other] = replicas[0]?.election.isLeader() ? replicas : replicas.toReversed()
    leader?.relay.freeze()
    leader?.teller.client.relay.freeze()
    // It closes while nobody leads.
    for (const { teller } of replicas) teller.events.observe([closed(finding)])
    await until(() => other?.election.isLeader() === true, 20_000)
    t.strictSame(
      (await shows(entity.name, 2)).map(({ type }) => type),
      ['Warning', 'Normal'],
    )
    leader?.relay.heal()
    leader?.teller.client.relay.heal()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    t.equal((await toldOf(entity.name)).length, 2)
  })

  await t.test('the same finding by another start of the same replica is one Event', async (t) => {
    const entity = freshNode()
    const finding = found('node_down', entity)
    await cluster.grant('blind', { default: [{ ...events, verbs: ['create'] }], '': rights[''] ?? [] })
    for (let start = 0; start < 2; start++) {
      const { events, client, stop, lines } = await startTeller(t, cluster, createSwitch(), { account: 'blind' })
      events.observe([finding])
      await until(() => client.requests.some(({ verb }) => verb === 'create'), 20_000)
      await stop()
      t.match(lines[0], /^May not list events in namespace meshprobe, so when the leader changes/)
      if (start === 1) t.match(client.requests.at(-1), { verb: 'create', code: 409 })
    }
    t.equal((await toldOf(entity.name)).length, 1)
  })

  await t.test('an outage delays what is told, and is told once', async (t) => {
    const { events, client, lines } = await startTeller(t, cluster, createSwitch())
    const [before, during] = [freshNode(), freshNode()]
    events.observe([found('node_down', before)])
    await shows(before.name, 1)
    client.relay.freeze()
    const finding = found('node_loss', during)
    events.observe([found('node_down', before), finding])
    await until(() => lines.length > 0, 20_000)
    client.relay.cut()
    await until(() => client.requests.filter(({ code }) => code === 0).length >= 3, 20_000)
    client.relay.heal()
    await until(() => lines.length > 1, 30_000)
    t.equal((await shows(during.name, 1)).length, 1)
    t.match(lines[0], /^Could not write Events, so findings are told later \(/)
    t.equal(lines[1], 'The API server answers again about Events')
  })

  await t.test('of many at once the first are told at once, then one each five seconds', async (t) => {
    const { events, client } = await startTeller(t, cluster, createSwitch())
    events.observe(Array.from({ length: 60 }, () => found('agent_slow', freshNode())))
    const created = () => client.requests.filter(({ verb }) => verb === 'create').length
    await until(() => created() >= 25, 20_000)
    await new Promise((resolve) => setTimeout(resolve, 2500))
    t.ok(created() >= 25 && created() <= 27, `${created()}`)
  })

  await t.test('what finds no room is told as a number', async (t) => {
    // A hundred times as fast, so that those who wait are told in seconds.
    const clock: Clock = {
      ...systemClock,
      monotonicMs: () => performance.now() * 100,
      sleep: (ms, signal) => systemClock.sleep(ms / 100, signal),
    }
    const { events, client } = await startTeller(t, cluster, createSwitch(), { clock })
    await until(() => client.requests.filter(({ verb }) => verb === 'list').length >= 3, 20_000)
    const many = Array.from({ length: 400 }, () => found('agent_down', freshNode()))
    const names = new Set(many.map(({ entity }) => entity.name))
    await new Promise((resolve) => setTimeout(resolve, 200))
    events.observe(many)
    const summary = async () => (await told()).find(({ reason }) => reason === 'FindingsOmitted')
    for (let look = 0; look < 300 && (await summary()) === undefined; look++)
      await new Promise((resolve) => setTimeout(resolve, 250))
    t.match(await summary(), { type: 'Warning', message: /^300 more changes of findings, too many to tell each/ })
    const rows = (await told()).filter(({ involvedObject }) => names.has((involvedObject as { name: string }).name))
    t.equal(rows.length, 100)
    events.observe(many.map(closed))
    const written = () => client.requests.filter(({ verb }) => verb === 'create').length
    await until(() => written() >= 201, 20_000)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const ended = (await told()).filter(({ type, reason }) => type === 'Normal' && reason === 'AgentDown')
    t.equal(ended.length, 100, 'of what nobody was told that it began, nobody hears that it is over')
  })
})
